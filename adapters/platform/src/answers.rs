//! What a platform makes of each key of a policy.
//!
//! The table has a field for each field of [`Settings`]. A test compares it with the policy's keys, so a new key has to
//! be here; then nothing compiles until every platform with a decision of its own has answered for it. The others begin
//! with [`Answers::CORE`].

use hardtack::{
    AdoptSettings, BotSettings, CacheSettings, ConsentSettings, CookieSettings, IdSettings,
    RenewSettings, ScopeSettings, Settings, SignalSettings,
};

/// What a platform makes of one key.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// It does all that the key can say.
    Can,
    /// It takes the key, which has no effect there: why, as a lower-case fragment.
    NoEffect(&'static str),
    /// It refuses some of what the key can say.
    Cannot {
        /// Whether settings ask for what it refuses.
        when: fn(&Settings) -> bool,
        /// Why it cannot be done, as a lower-case fragment.
        why: &'static str,
        /// What to write instead.
        hint: &'static str,
    },
}

/// Something that a policy asks for and a platform cannot do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The policy's key.
    pub key: &'static str,
    /// Why it cannot be done, as a lower-case fragment.
    pub why: &'static str,
    /// What to write instead.
    pub hint: &'static str,
}

/// Writes the table of answers from the sections of [`Settings`] and their keys.
macro_rules! answers {
    ($($section:ident: $settings:ident, $answers:ident { $($key:ident),+ $(,)? })+) => {
        /// The answer for each key of a policy, section by section.
        #[derive(Clone, Copy, Debug)]
        #[expect(missing_docs, reason = "the sections are those of `Settings`")]
        pub struct Answers {
            $(pub $section: $answers,)+
        }

        $(
            #[doc = concat!("The answer for each key of [`", stringify!($settings), "`].")]
            #[derive(Clone, Copy, Debug)]
            #[expect(missing_docs, reason = "the keys are those of the settings")]
            pub struct $answers {
                $(pub $key: Answer,)+
            }
        )+

        impl Answers {
            /// A platform that runs the core itself can do all that a policy says. Where its host cannot, it says so
            /// for that key.
            pub const CORE: Self = Self {
                $($section: $answers { $($key: Answer::Can,)+ },)+
            };

            /// Every key, by its name in the policy file, with its answer.
            pub fn keys(&self) -> impl Iterator<Item = (&'static str, Answer)> {
                [$($((
                    concat!(stringify!($section), ".", stringify!($key)),
                    self.$section.$key,
                ),)+)+].into_iter()
            }
        }

        /// Compiles only while each key of the table is one of the settings.
        const fn is_known(settings: &Settings) {
            let Settings { $($section,)+ .. } = settings;
            $(let $settings { $($key: _,)+ .. } = $section;)+
        }
    };
}

answers! {
    cookie: CookieSettings, CookieAnswers {
        name, max_age, domain, path, secure, http_only, same_site, partitioned,
    }
    id: IdSettings, IdAnswers { accept, sealed, accept_unsealed_until, keys }
    renew: RenewSettings, RenewAnswers { when, marker }
    adopt: AdoptSettings, AdoptAnswers { from, derive }
    bots: BotSettings, BotAnswers { policy, also, people }
    scope: ScopeSettings, ScopeAnswers { exclude, documents_only, error_pages }
    caches: CacheSettings, CacheAnswers { protect }
    consent: ConsentSettings, ConsentAnswers { required, from, gpc, dnt, us_opt_out }
    signals: SignalSettings, SignalAnswers {
        response_header, request_header, script_cookie, server_timing, log, log_without_id,
    }
}

impl Answers {
    /// All that settings ask for and the platform cannot do.
    pub fn refusals(&self, settings: &Settings) -> impl Iterator<Item = Refusal> {
        is_known(settings);
        self.keys().filter_map(|(key, answer)| match answer {
            Answer::Cannot { when, why, hint } if when(settings) => {
                Some(Refusal { key, why, hint })
            }
            _ => None,
        })
    }
}
