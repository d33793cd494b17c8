//! The way to wherever the data is: one server, the one that sentinels name, or a cluster.
//!
//! The client mends a connection to one server by itself. The other two are made anew after an error: then the sentinels are asked
//! again, and the cluster's layout is read again.

use std::time::Duration;

use redis::aio::{ConnectionLike, ConnectionManager, ConnectionManagerConfig, MultiplexedConnection};
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::cluster_routing::{RoutingInfo, SingleNodeRoutingInfo};
use redis::sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionInfo, Pipeline, RedisConnectionInfo, RedisError, RedisFuture,
    RedisResult, TlsMode, Value, cmd,
};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::address::Address;

/// A reachable Redis answers in about a millisecond; whoever waits longer waits for nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// For finding the server anew: sentinels and nodes that are gone are asked as well.
const TO_CONNECT: Duration = Duration::from_secs(1);

/// After a failure to connect nobody tries again for this long.
const PAUSE: Duration = Duration::from_millis(250);

/// A way, and the connection that it led to last.
pub struct Link {
    way: Way,
    live: Mutex<State>,
}

enum Way {
    Single(ConnectionManager),
    Sentinel {
        sentinels: Vec<ConnectionInfo>,
        service: String,
        server: SentinelNodeConnectionInfo,
    },
    Cluster(Box<ClusterClient>),
}

enum State {
    Nothing,
    Live(Live),
    FailedAt(Instant),
}

/// A connection, cheap to clone.
#[derive(Clone)]
pub enum Live {
    Single(ConnectionManager),
    Named(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Link {
    /// Opens nothing yet.
    ///
    /// # Errors
    /// When the client can't be made from the address.
    pub fn new(address: Address) -> RedisResult<Self> {
        let way = match address {
            Address::Single(server) => {
                let config = ConnectionManagerConfig::new()
                    .set_connection_timeout(Some(PATIENCE))
                    .set_response_timeout(Some(PATIENCE))
                    .set_number_of_retries(1)
                    .set_min_delay(Duration::from_millis(20))
                    .set_max_delay(Duration::from_millis(100));
                Way::Single(ConnectionManager::new_lazy_with_config(Client::open(server)?, config)?)
            }
            Address::Sentinel {
                sentinels,
                service,
                server,
                tls,
            } => Way::Sentinel {
                sentinels,
                service,
                server: node(server, tls),
            },
            Address::Cluster(nodes) => {
                let client = ClusterClientBuilder::new(nodes)
                    .connection_timeout(PATIENCE)
                    .response_timeout(PATIENCE)
                    .overall_response_timeout(Some(TO_CONNECT))
                    .retries(1)
                    .build()?;
                Way::Cluster(Box::new(client))
            }
        };
        Ok(Self {
            way,
            live: Mutex::new(State::Nothing),
        })
    }

    /// Does `work`, and once more over a fresh connection where that may help: a connection is only found to be dead by using it.
    /// So everything that is done here may be done twice.
    pub async fn run<T, F: Future<Output = RedisResult<T>>>(&self, work: impl Fn(Live) -> F) -> RedisResult<T> {
        match work(self.live().await?).await {
            Err(error) if self.is_worth_another(&error) => {
                self.forget().await;
                work(self.live().await?).await
            }
            other => other,
        }
    }

    fn is_worth_another(&self, error: &RedisError) -> bool {
        match self.way {
            Way::Single(_) => error.is_connection_dropped(),
            // Also when a server says that it is no longer the one that may be written, or that a slot has moved.
            Way::Sentinel { .. } | Way::Cluster(_) => true,
        }
    }

    async fn forget(&self) {
        *self.live.lock().await = State::Nothing;
    }

    async fn live(&self) -> RedisResult<Live> {
        if let Way::Single(connection) = &self.way {
            return Ok(Live::Single(connection.clone()));
        }
        let mut state = self.live.lock().await;
        match &*state {
            State::Live(live) => return Ok(live.clone()),
            State::FailedAt(at) if at.elapsed() < PAUSE => return Err(nowhere()),
            State::FailedAt(_) | State::Nothing => {}
        }
        let made = timeout(TO_CONNECT, self.connect()).await;
        match made.unwrap_or_else(|_| Err(nowhere())) {
            Ok(live) => {
                *state = State::Live(live.clone());
                Ok(live)
            }
            Err(error) => {
                *state = State::FailedAt(Instant::now());
                Err(error)
            }
        }
    }

    async fn connect(&self) -> RedisResult<Live> {
        match &self.way {
            Way::Single(connection) => Ok(Live::Single(connection.clone())),
            Way::Cluster(client) => client.get_async_connection().await.map(Live::Cluster),
            Way::Sentinel {
                sentinels,
                service,
                server,
            } => {
                let (sentinels, server) = (sentinels.clone(), Some(server.clone()));
                let mut client = SentinelClient::build(sentinels, service, server, SentinelServerType::Master)?;
                let config = AsyncConnectionConfig::new()
                    .set_connection_timeout(Some(PATIENCE))
                    .set_response_timeout(Some(PATIENCE));
                let made = client.get_async_connection_with_config(&config).await;
                made.map(Live::Named)
            }
        }
    }
}

fn node(server: RedisConnectionInfo, tls: bool) -> SentinelNodeConnectionInfo {
    let node = SentinelNodeConnectionInfo::default().set_redis_connection_info(server);
    if tls { node.set_tls_mode(TlsMode::Secure) } else { node }
}

fn nowhere() -> RedisError {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

impl Live {
    /// All keys of a pattern, each server's in turn. A key may be named twice.
    pub async fn keys(mut self, pattern: &str) -> RedisResult<Vec<String>> {
        let mut found = Vec::new();
        for server in self.servers().await? {
            let mut cursor = 0_u64;
            loop {
                let mut scan = cmd("SCAN");
                scan.arg(cursor).arg("MATCH").arg(pattern).arg("COUNT").arg(500);
                let (next, keys): (u64, Vec<String>) = match (&mut self, &server) {
                    (Self::Cluster(cluster), Some(server)) => {
                        let routing = RoutingInfo::SingleNode(server.clone());
                        redis::from_redis_value(cluster.route_command(scan, routing).await?)?
                    }
                    (live, _) => scan.query_async(live).await?,
                };
                found.extend(keys);
                cursor = next;
                if cursor == 0 {
                    break;
                }
            }
        }
        Ok(found)
    }

    /// The servers that hold keys of their own; `None` stands for the only one.
    async fn servers(&mut self) -> RedisResult<Vec<Option<SingleNodeRoutingInfo>>> {
        if !matches!(self, Self::Cluster(_)) {
            return Ok(vec![None]);
        }
        let told: String = cmd("CLUSTER").arg("NODES").query_async(self).await?;
        Ok(told.lines().filter_map(master).map(Some).collect())
    }
}

/// The address in a line of `CLUSTER NODES` (redis.io/docs/latest/commands/cluster-nodes), if that is a master that works.
fn master(line: &str) -> Option<SingleNodeRoutingInfo> {
    let mut words = line.split(' ').skip(1);
    let (address, flags) = (words.next()?, words.next()?);
    let is = |flag| flags.split(',').any(|word| word == flag);
    if !is("master") || is("fail") || is("noaddr") {
        return None;
    }
    let (host, port) = address.split(['@', ',']).next()?.rsplit_once(':')?;
    Some(SingleNodeRoutingInfo::ByAddress {
        host: host.to_owned(),
        port: port.parse().ok()?,
    })
}

impl ConnectionLike for Live {
    fn req_packed_command<'a>(&'a mut self, cmd: &'a Cmd) -> RedisFuture<'a, Value> {
        match self {
            Self::Single(connection) => connection.req_packed_command(cmd),
            Self::Named(connection) => connection.req_packed_command(cmd),
            Self::Cluster(connection) => connection.req_packed_command(cmd),
        }
    }

    fn req_packed_commands<'a>(
        &'a mut self,
        pipeline: &'a Pipeline,
        offset: usize,
        count: usize,
    ) -> RedisFuture<'a, Vec<Value>> {
        match self {
            Self::Single(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Named(connection) => connection.req_packed_commands(pipeline, offset, count),
            Self::Cluster(connection) => connection.req_packed_commands(pipeline, offset, count),
        }
    }

    fn get_db(&self) -> i64 {
        match self {
            Self::Single(connection) => connection.get_db(),
            Self::Named(connection) => connection.get_db(),
            Self::Cluster(connection) => connection.get_db(),
        }
    }
}
