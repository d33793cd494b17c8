//! PostgreSQL: shared by several processes, with one writer among all of them at a time, as SQLite has.
//!
//! A transaction that writes first takes one lock of the database's own (an advisory lock, released with the transaction), so that
//! store functions can rely on what they have read wherever they run. Since closures are grouped, the lock is held once for many.

use std::collections::HashMap;
use std::error::Error as _;
use std::time::Duration;

use ::postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};
use ::postgres::{Client, Config, Row, Statement};
use secrecy::{ExposeSecret, SecretString};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::value::{Arg, Value};
use super::{Error, Tx};

/// How long to wait for a connection.
const TO_CONNECT: Duration = Duration::from_secs(5);

/// How a session behaves. No answer is waited for without end; a process that stands still with a transaction open (a paused
/// machine) loses it, so that the others go on.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '5s'; \
                       SET synchronous_commit = on";
/// The key of the writers' lock: "chatcal" in ASCII.
const WRITERS: i64 = 0x0063_6861_7463_616c;

/// A connection that closures run on, one transaction at a time; made anew when it was lost.
pub(super) struct Postgres {
    config: Config,
    /// With the system's certificates, which are read once: connecting again must not take long.
    tls: MakeRustlsConnect,
    writes: bool,
    session: Option<Session>,
}

/// An open connection, and what was prepared on it.
pub(super) struct Session {
    client: Client,
    prepared: HashMap<&'static str, Statement>,
}

impl Postgres {
    /// # Errors
    /// When the URL is malformed or nobody answers there.
    pub fn connect(url: &SecretString, writes: bool) -> Result<Self, Error> {
        let mut config: Config = url.expose_secret().parse()?;
        config.connect_timeout(TO_CONNECT).application_name("chatcal");
        // A certificate of the system's that can't be read is left out; with none at all every TLS connection is refused.
        let (tls, _) = MakeRustlsConnect::with_native_certs()
            .map_err(|errors| Error::Failed(format!("the system's certificates can't be read: {errors:?}")))?;
        let mut postgres = Self {
            config,
            tls,
            writes,
            session: None,
        };
        postgres.session()?;
        Ok(postgres)
    }

    fn session(&mut self) -> Result<&mut Session, Error> {
        if self.session.as_ref().is_none_or(|session| session.client.is_closed()) {
            self.session = None;
            self.session = Some(Session::open(&self.config, self.tls.clone())?);
        }
        self.session.as_mut().ok_or(Error::Closed)
    }

    pub fn begin(&mut self) -> Result<(), Error> {
        let writes = self.writes;
        let session = self.session()?;
        if writes {
            session.execute("BEGIN", &[])?;
            session.query("SELECT pg_advisory_xact_lock($1)", &[Arg::Int(WRITERS)])?;
        } else {
            session.execute("BEGIN READ ONLY", &[])?;
        }
        Ok(())
    }

    pub fn commit(&mut self) -> Result<(), Error> {
        self.session()?.execute("COMMIT", &[]).map(|_| ())
    }

    pub fn roll_back(&mut self) {
        let done = self.session().and_then(|session| session.execute("ROLLBACK", &[]));
        if done.is_err() {
            // Nobody knows what state it is in.
            self.session = None;
        }
    }

    /// # Errors
    /// When the connection is lost and can't be made again.
    pub fn tx(&mut self) -> Result<Tx<'_>, Error> {
        self.session.as_mut().map(Tx::postgres).ok_or(Error::Closed)
    }

    /// Runs several statements at once.
    pub fn batch(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.session()?.client.batch_execute(sql)?)
    }
}

impl Session {
    fn open(config: &Config, tls: MakeRustlsConnect) -> Result<Self, Error> {
        let mut client = config.connect(tls)?;
        client.batch_execute(SESSION)?;
        Ok(Self {
            client,
            prepared: HashMap::new(),
        })
    }

    pub fn execute(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<usize, Error> {
        let statement = self.prepare(sql)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| arg as _).collect();
        let changed = self.client.execute(&statement, &args)?;
        Ok(usize::try_from(changed).unwrap_or(usize::MAX))
    }

    pub fn query(&mut self, sql: &'static str, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
        let statement = self.prepare(sql)?;
        let args: Vec<&(dyn ToSql + Sync)> = args.iter().map(|arg| arg as _).collect();
        Ok(self.client.query(&statement, &args)?)
    }

    fn prepare(&mut self, sql: &'static str) -> Result<Statement, Error> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.prepared.insert(sql, statement.clone());
        Ok(statement)
    }
}

pub(super) fn value(row: &Row, n: usize) -> Result<Value<'_>, Error> {
    let Some(column) = row.columns().get(n) else {
        return Err(Error::Nonsense(format!("there is no column {n}")));
    };
    let found = match *column.type_() {
        Type::INT8 => row.try_get::<_, Option<i64>>(n)?.map(Value::Int),
        Type::INT4 => row.try_get::<_, Option<i32>>(n)?.map(|n| Value::Int(n.into())),
        Type::BOOL => row.try_get::<_, Option<bool>>(n)?.map(|yes| Value::Int(yes.into())),
        Type::TEXT | Type::VARCHAR => row.try_get::<_, Option<&str>>(n)?.map(Value::Text),
        Type::BYTEA => row.try_get::<_, Option<&[u8]>>(n)?.map(Value::Bytes),
        _ => Some(Value::Other(column.type_().name())),
    };
    Ok(found.unwrap_or(Value::Null))
}

impl ToSql for Arg<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(n), &Type::INT4) => i32::try_from(*n)?.to_sql(ty, out),
            (Self::Int(n), &Type::BOOL) => (*n != 0).to_sql(ty, out),
            (Self::Int(n), &Type::INT8) => n.to_sql(ty, out),
            (Self::Text(text), _) if <&str as ToSql>::accepts(ty) => text.to_sql(ty, out),
            (Self::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(ty, out),
            _ => Err(format!("{self:?} was given where {ty} is expected").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl From<::postgres::Error> for Error {
    fn from(error: ::postgres::Error) -> Self {
        // The cause is where the server's own words are. Neither quotes the address, which may hold a password.
        let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
        Self::Failed(format!("{error}{cause}"))
    }
}
