//! What a platform makes of each key of a policy.
//!
//! The table has a field for each field of [`Settings`]. A test compares it with the policy's keys, so a new key has to
//! be here; then nothing compiles until every platform with a decision of its own has answered for it. The others begin
//! with [`Answers::CORE`].

use hardtack::{
    AdoptSettings, BotSettings, CacheSettings, ConsentSettings, CookieSettings, IdSettings,
    RenewSettings, Required, ScopeSettings, Settings, SignalSettings,
};

/// What a platform makes of one key.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// It does all that the key can say.
    Can,
    /// It does all that the key can say on those of its hosts that know enough, and less on others.
    Depends {
        /// Whether settings ask for what not every host can do.
        when: fn(&Settings) -> bool,
        /// What happens elsewhere, as a lower-case fragment.
        why: &'static str,
        /// What to do there.
        hint: &'static str,
    },
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

/// Something that a policy asks for and not every host of a platform can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    /// The policy's key.
    pub key: &'static str,
    /// What happens elsewhere, as a lower-case fragment.
    pub why: &'static str,
    /// What to do there.
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

    /// All that settings ask for and not every host of the platform can do.
    pub fn reservations(&self, settings: &Settings) -> impl Iterator<Item = Reservation> {
        self.keys().filter_map(|(key, answer)| match answer {
            Answer::Depends { when, why, hint } if when(settings) => {
                Some(Reservation { key, why, hint })
            }
            _ => None,
        })
    }

    /// A platform whose hosts do not all know the country that a request comes from.
    #[must_use]
    pub const fn on_hosts_without_countries(mut self, why: &'static str) -> Self {
        self.consent.required = Answer::Depends {
            when: asks_for_countries,
            why,
            hint: "pass the option `country`, a function that returns what something in front of your server vouches \
                   for, or write `required = \"everywhere\"`",
        };
        self
    }

    /// A platform that is never told the country.
    #[must_use]
    pub const fn without_countries(mut self, why: &'static str, hint: &'static str) -> Self {
        self.consent.required = Answer::Cannot {
            when: asks_for_countries,
            why,
            hint,
        };
        self
    }
}

/// Whether consent is required in some countries only.
fn asks_for_countries(settings: &Settings) -> bool {
    matches!(settings.consent.required, Required::In(_))
}
