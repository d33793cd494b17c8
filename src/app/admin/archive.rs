//! Credentials out to a file and in again, sealed all the way.

use data_encoding::BASE64URL_NOPAD;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::NotDone;
use crate::app::App;
use crate::domain::admin::{Exported, Imported, SealedLine, Who};
use crate::domain::person::PersonId;
use crate::vault::{Record, Weighed};

/// How many people's records are asked for together.
const TOGETHER: usize = 16;

impl App {
    /// The newest usable record of everybody, or of those who are meant, and who has none. Noted first, with where it goes.
    ///
    /// # Errors
    /// When it can't be noted, nobody is meant, or a record can't be asked for.
    pub async fn export(&self, by: &str, who: Option<Who>, to: &str) -> Result<Exported, NotDone> {
        let whom = who.as_ref().map_or_else(|| "everybody".to_owned(), Who::masked);
        self.note_deed(by, &format!("export {whom} to {to}")).await?;
        let people = match &who {
            Some(who) => self.find(who).await?,
            None => {
                let vault = self.parts().vault.clone();
                self.db().read(move |tx| vault.everybody(tx)).await?
            }
        };
        if let (Some(who), true) = (&who, people.is_empty()) {
            return Err(NotDone::Refused(format!("nobody is known as {who}")));
        }
        let mut lines = stream::iter(people)
            .map(|person| self.line_of(person))
            .buffered(TOGETHER);
        let mut exported = Exported::default();
        while let Some(found) = lines.try_next().await? {
            match found {
                Ok(line) => exported.lines.push(line),
                Err(person) => exported.missing.push(person),
            }
        }
        Ok(exported)
    }

    /// A person's line, or the person again where there is nothing to take.
    async fn line_of(&self, person: PersonId) -> Result<Result<SealedLine, PersonId>, NotDone> {
        let newest = self.parts().vault.newest_record(&person).await?;
        Ok(match newest {
            Some(record) => Ok(SealedLine {
                person,
                version: record.version,
                sealed: BASE64URL_NOPAD.encode(&record.sealed),
            }),
            None => Err(person),
        })
    }

    /// Takes lines in by the rules of versions, or says what that would come to. Noted first, with where they come from.
    ///
    /// # Errors
    /// When it can't be noted, or the database fails.
    pub async fn import(&self, by: &str, lines: Vec<SealedLine>, from: &str, apply: bool) -> Result<Imported, NotDone> {
        let how = if apply { "--apply" } else { "(a dry run)" };
        self.note_deed(by, &format!("import {from} {how}")).await?;
        let mut imported = Imported {
            applied: apply,
            ..Imported::default()
        };
        for SealedLine {
            person,
            version,
            sealed,
        } in lines
        {
            let Ok(sealed) = BASE64URL_NOPAD.decode(sealed.as_bytes()) else {
                imported.refused.push((person, "not base64url".to_owned()));
                continue;
            };
            let record = Record { version, sealed };
            let vault = &self.parts().vault;
            let weighed = if apply {
                vault.take_in_record(&person, &record).await?
            } else {
                vault.weigh(&person, &record).await?
            };
            match weighed {
                Weighed::Newer => imported.taken.push(person),
                Weighed::Same => imported.same += 1,
                Weighed::Older => imported.older.push(person),
                Weighed::Unusable(flaw) => imported.refused.push((person, flaw.to_string())),
            }
        }
        Ok(imported)
    }
}
