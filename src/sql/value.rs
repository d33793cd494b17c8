//! What goes into a query and what comes out of a row, the same for both engines.

use chrono::{DateTime, Utc};

/// A query's argument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arg<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// A column's value as the engine gave it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
    /// Of a type that none of our columns has; its name.
    Other(&'a str),
}

impl Value<'_> {
    /// What it is, for an operator.
    pub(super) fn kind(&self) -> &str {
        match self {
            Self::Null => "NULL",
            Self::Int(_) => "an integer",
            Self::Text(_) => "text",
            Self::Bytes(_) => "bytes",
            Self::Other(name) => name,
        }
    }
}

/// What a column can be read as.
pub trait Column: Sized {
    /// Reads the value, or says what was expected instead.
    ///
    /// # Errors
    /// The name of the type that the value is not.
    fn read(value: Value<'_>) -> Result<Self, &'static str>;
}

impl Column for i64 {
    fn read(value: Value<'_>) -> Result<Self, &'static str> {
        match value {
            Value::Int(n) => Ok(n),
            _ => Err("an integer"),
        }
    }
}

impl Column for bool {
    fn read(value: Value<'_>) -> Result<Self, &'static str> {
        i64::read(value).map(|n| n != 0).map_err(|_| "a truth value")
    }
}

impl Column for String {
    fn read(value: Value<'_>) -> Result<Self, &'static str> {
        match value {
            Value::Text(text) => Ok(text.to_owned()),
            _ => Err("text"),
        }
    }
}

impl Column for Vec<u8> {
    fn read(value: Value<'_>) -> Result<Self, &'static str> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.to_vec()),
            _ => Err("bytes"),
        }
    }
}

impl Column for DateTime<Utc> {
    fn read(value: Value<'_>) -> Result<Self, &'static str> {
        let millis = i64::read(value).ok();
        millis
            .and_then(DateTime::from_timestamp_millis)
            .ok_or("milliseconds since the epoch")
    }
}

impl<T: Column> Column for Option<T> {
    fn read(value: Value<'_>) -> Result<Self, &'static str> {
        if value == Value::Null {
            Ok(None)
        } else {
            T::read(value).map(Some)
        }
    }
}

impl From<i64> for Arg<'_> {
    fn from(n: i64) -> Self {
        Self::Int(n)
    }
}

impl From<bool> for Arg<'_> {
    fn from(yes: bool) -> Self {
        Self::Int(i64::from(yes))
    }
}

impl From<DateTime<Utc>> for Arg<'_> {
    fn from(at: DateTime<Utc>) -> Self {
        Self::Int(at.timestamp_millis())
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [u8]> for Arg<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a> From<&'a Vec<u8>> for Arg<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<'a, T: Into<Arg<'a>>> From<Option<T>> for Arg<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
