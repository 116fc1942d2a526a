//! What comes of a decision, for `serde`: the words of the closed lists, ids as text, and decisions as maps (feature
//! `serde`).
//!
//! The words are those of logs, headers and cases. Settings are not here: a policy file has units and words that the
//! settings do not know, and `hardtack-policy` reads and writes that one form.

use core::fmt;
use core::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde_core::ser::{Serialize, SerializeStruct as _, Serializer};

use crate::decision::{Decision, RequestDecision};
use crate::http::country::Country;
use crate::http::exchange::Scheme;
use crate::http::id::{Accept, VisitorId};
use crate::http::text;
use crate::outcome::{Outcome, Reason};
use crate::rules::bots::Speculation;
use crate::trace::Rule;

/// A value that is one text.
trait Word: Sized {
    /// What a text has to be, for errors.
    const EXPECTED: &'static str;

    fn read(text: &str) -> Option<Self>;
}

/// Implements both traits for types that are words of a closed list.
macro_rules! words {
    ($($type:ident, $word:ident, $expected:literal, $all:expr;)+) => {$(
        impl Word for $type {
            const EXPECTED: &'static str = $expected;

            fn read(text: &str) -> Option<Self> {
                $all.into_iter().find(|value| value.$word() == text)
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$word())
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(PhantomData))
            }
        }
    )+};
}

words! {
    Outcome, as_str, "an outcome such as \"issued\"", Self::ALL;
    Reason, as_str, "a reason such as \"new_visitor\"", Self::ALL;
    Rule, name, "a rule's name such as \"scope\"", Self::ALL;
    Scheme, as_str, "\"http\" or \"https\"", [Self::Http, Self::Https];
    Speculation, as_str, "\"prefetch\" or \"prerender\"", [Self::Prefetch, Self::Prerender];
}

impl Word for VisitorId {
    const EXPECTED: &'static str = "a UUID in its 36-character form";

    fn read(text: &str) -> Option<Self> {
        Self::parse(text.as_bytes(), Accept::Any)
    }
}

impl Serialize for VisitorId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text::ascii(&self.text()))
    }
}

impl<'de> Deserialize<'de> for VisitorId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(PhantomData))
    }
}

impl Word for Country {
    const EXPECTED: &'static str = "two letters of ISO 3166-1 such as \"FR\"";

    fn read(text: &str) -> Option<Self> {
        Self::parse(text.as_bytes())
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(text::ascii(&self.code()))
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// A map of `outcome`, `reason`, `id` and `speculation`; the last two are null where there is none.
impl Serialize for RequestDecision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("RequestDecision", 4)?;
        map.serialize_field("outcome", &self.outcome)?;
        map.serialize_field("reason", &self.reason)?;
        map.serialize_field("id", &self.id)?;
        map.serialize_field("speculation", &self.speculation)?;
        map.end()
    }
}

/// The same map as that of the [`RequestDecision`], with the response taken into account.
impl Serialize for Decision<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.request.serialize(serializer)
    }
}

/// Reads a word.
struct Text<T>(PhantomData<T>);

impl<T: Word> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        T::read(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
    }
}
