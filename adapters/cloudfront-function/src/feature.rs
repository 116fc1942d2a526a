//! What a policy can ask of the function: what it does for each key, and what it cannot do.

use hardtack::{
    Bots, Cmp, ConsentSettings, ConsentSource, DomainSetting, Renew, Required, Settings,
};
use hardtack_cloudfront::headers;
use hardtack_platform::Answer::{self, Can};
use hardtack_platform::{
    AdoptAnswers, Answers, BotAnswers, CacheAnswers, ConsentAnswers, CookieAnswers, IdAnswers,
    RenewAnswers, ScopeAnswers, SignalAnswers,
};

/// Writes [`Feature`] from the table's rows: what it is for, its variant, the name that marks its parts in the source,
/// the key of the policy that asks for it (where several do, the first), and whether settings do.
macro_rules! features {
    ($($(#[$about:meta])+ $feature:ident $name:literal, $key:literal: $is_asked:expr;)+) => {
        /// A part of the function that not every policy needs.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Feature {
            $($(#[$about])+ $feature,)+
            /// The cookies of a consent platform.
            Reader(Cmp),
        }

        impl Feature {
            /// Every feature but the readers, of which there is one for each [`Cmp`].
            pub const PLAIN: &[Self] = &[$(Self::$feature),+];

            /// The name that marks its parts in the source.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$feature => $name,)+
                    Self::Reader(cmp) => reader_name(cmp),
                }
            }

            /// The key of the policy that asks for it; where several do, the first.
            pub const fn key(self) -> &'static str {
                match self {
                    $(Self::$feature => $key,)+
                    Self::Reader(_) => "consent.from",
                }
            }

            fn is_asked(self, settings: &Settings) -> bool {
                let is_asked: fn(&Settings) -> bool = match self {
                    $(Self::$feature => $is_asked,)+
                    Self::Reader(cmp) => return reads(&settings.consent, cmp),
                };
                is_asked(settings)
            }
        }
    };
}

features! {
    /// `Domain`, for hosts of the site's domains.
    Domain "domain", "cookie.domain": |policy| matches!(policy.cookie.domain, DomainSetting::Listed(_));
    /// Pages only.
    Documents "documents", "scope.documents_only": |policy| policy.scope.documents_only;
    /// Shared caches are told not to store the cookie.
    Caches "caches", "caches.protect": |policy| policy.caches.protect;
    /// Paths to leave alone.
    Exclude "exclude", "scope.exclude": |policy| !policy.scope.exclude.is_empty();
    /// A cookie's `Path` other than `/`.
    Path "path", "cookie.path": |policy| policy.cookie.path != "/";
    /// No renewal.
    Never "never", "renew.when": |policy| policy.renew.when == Renew::Never;
    /// Renewal when it is due.
    WhenDue "when-due", "renew.when": |policy| matches!(policy.renew.when, Renew::WhenDue(_));
    /// Sealed ids.
    Sealed "sealed", "id.sealed": |policy| policy.id.sealed;
    /// Ids of other cookies.
    Adopt "adopt", "adopt.from": |policy| !policy.adopt.from.is_empty();
    /// Ids made from other cookies' values.
    Derive "derive", "adopt.derive": |policy| Self::Adopt.is_asked(policy) && policy.adopt.derive;
    /// No id for declared bots.
    Bots "bots", "bots.policy": |policy| policy.bots.policy == Bots::Skip;
    /// The policy's own words for bots and people.
    Agents "agents", "bots.also": |policy| Self::Bots.is_asked(policy) && names_agents(policy);
    /// Somebody is asked, or may object.
    Consent "consent", "consent": |policy| asks(&policy.consent);
    /// Consent is required, here or there.
    Required "required", "consent.required": |policy| policy.consent.required != Required::Nowhere;
    /// Consent is required in some countries.
    Region "region", "consent.required": |policy| matches!(policy.consent.required, Required::In(_));
    /// `Sec-GPC: 1` is a denial.
    Gpc "gpc", "consent.gpc": |policy| policy.consent.gpc;
    /// `DNT: 1` is a denial.
    Dnt "dnt", "consent.dnt": |policy| policy.consent.dnt;
    /// So are objections of the United States' kind.
    UsOptOut "us", "consent.us_opt_out": |policy| reads_opt_outs(&policy.consent);
    /// A response header that tells.
    Header "header", "signals.response_header": |policy| policy.signals.response_header.is_some();
    /// A `Server-Timing` metric that tells.
    Timing "timing", "signals.server_timing": |policy| policy.signals.server_timing;
    /// A second cookie, for scripts.
    Script "script", "signals.script_cookie": |policy| policy.signals.script_cookie.is_some();
    /// A log line that tells.
    Log "log", "signals.log": |policy| policy.signals.log;
    /// No id in that line.
    LogWithoutId "log-without-id", "signals.log_without_id":
        |policy| policy.signals.log && policy.signals.log_without_id;
    /// Random bytes from the event: for tests, which no command builds.
    Injected "injected", "": |_| false;
}

impl Feature {
    /// Every feature.
    pub fn all() -> impl Iterator<Item = Self> {
        let plain = Self::PLAIN.iter().copied();
        plain.chain(Cmp::ALL.into_iter().map(Self::Reader))
    }

    /// The key, and for a reader whose cookies it reads.
    pub fn label(self) -> String {
        match self {
            Self::Reader(cmp) => format!("{} `{}`", self.key(), cmp.as_str()),
            _ => self.key().to_string(),
        }
    }

    /// What a policy asks for.
    pub(crate) fn of(settings: &Settings) -> Vec<Self> {
        Self::all().filter(|one| one.is_asked(settings)).collect()
    }
}

/// What the function makes of each key: what it cannot do stands here, what it does for it above.
pub(crate) const ANSWERS: Answers = Answers {
    cookie: CookieAnswers {
        name: not_an_objects(|settings| is_an_objects(&settings.cookie.name)),
        max_age: Can,
        domain: Can,
        path: Can,
        secure: Can,
        http_only: Can,
        same_site: Can,
        partitioned: Can,
    },
    id: IdAnswers {
        accept: Can,
        sealed: Can,
        accept_unsealed_until: Can,
        keys: Can,
    },
    renew: RenewAnswers {
        when: Can,
        marker: not_an_objects(|settings| {
            settings.renew.marker.as_deref().is_some_and(is_an_objects)
        }),
    },
    adopt: AdoptAnswers {
        from: Can,
        derive: Can,
    },
    bots: BotAnswers {
        policy: Can,
        also: Can,
        people: Can,
    },
    scope: ScopeAnswers {
        exclude: Can,
        documents_only: Can,
        error_pages: Answer::Cannot {
            when: |settings| settings.scope.error_pages,
            why: "CloudFront runs no viewer-response function for status 400 and above",
            hint: "leave `error_pages` out",
        },
    },
    caches: CacheAnswers { protect: Can },
    consent: ConsentAnswers {
        required: Can,
        from: Answer::Cannot {
            when: |settings| settings.consent.from.iter().any(is_beyond_ascii),
            why: "the function reads words of printable ASCII only",
            hint: "build lambda-edge, which reads all of them",
        },
        gpc: Can,
        dnt: Can,
        us_opt_out: Can,
    },
    signals: SignalAnswers {
        response_header: Answer::Cannot {
            when: |settings| {
                let header = settings.signals.response_header.as_deref();
                header.is_some_and(headers::refuses)
            },
            why: "CloudFront answers with an error where a function adds this header",
            hint: "choose a name that nothing else uses, such as \"x-visitor\"",
        },
        request_header: Answer::Cannot {
            when: |settings| settings.signals.request_header.is_some(),
            why: "the origin has answered before a viewer-response function runs",
            hint: "leave `request_header` out",
        },
        script_cookie: not_an_objects(|settings| {
            settings
                .signals
                .script_cookie
                .as_deref()
                .is_some_and(is_an_objects)
        }),
        server_timing: Can,
        log: Can,
        log_without_id: Can,
    },
};

/// Whether anybody is asked, or may object.
fn asks(consent: &ConsentSettings) -> bool {
    let mut nobody = ConsentSettings::default();
    nobody.us_opt_out = consent.us_opt_out;
    *consent != nobody
}

fn reads_opt_outs(consent: &ConsentSettings) -> bool {
    consent.us_opt_out && (reads(consent, Cmp::Gpp) || reads(consent, Cmp::UsPrivacy))
}

fn names_agents(settings: &Settings) -> bool {
    !(settings.bots.also.is_empty() && settings.bots.people.is_empty())
}

/// Whether a reader has anything to read: California's cookie says nothing where nobody asks for it.
fn reads(consent: &ConsentSettings, cmp: Cmp) -> bool {
    let mut sources = consent.from.iter();
    sources.any(|source| source.cmp == cmp) && (cmp != Cmp::UsPrivacy || consent.us_opt_out)
}

/// The name of a reader's parts. Those without code of their own are read by their shape.
const fn reader_name(cmp: Cmp) -> &'static str {
    match cmp {
        Cmp::Tcf | Cmp::Gpp | Cmp::OneTrust | Cmp::FundingChoices => cmp.as_str(),
        Cmp::UsPrivacy => "usp-cookie",
        _ => "shaped",
    }
}

/// The answer for the name of a cookie.
const fn not_an_objects(when: fn(&Settings) -> bool) -> Answer {
    Answer::Cannot {
        when,
        why: "every object in JavaScript has something of this name, so that no cookie can be told from it",
        hint: "choose another name",
    }
}

/// Whether every JavaScript object has something under this name.
fn is_an_objects(name: &str) -> bool {
    OBJECTS_OWN.contains(&name)
}

/// Names that every JavaScript object has.
const OBJECTS_OWN: [&str; 12] = [
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "__proto__",
    "constructor",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "toLocaleString",
    "toString",
    "valueOf",
];

fn is_beyond_ascii(source: &ConsentSource) -> bool {
    let lists = [&source.needs, &source.granted, &source.denied];
    let odd = |word: &String| !word.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    let words = lists.into_iter().flatten();
    words.chain([&source.path]).any(odd) || source.needs.iter().any(String::is_empty)
}

#[cfg(test)]
mod tests {
    use super::ANSWERS;
    use hardtack::{Cmp, ConsentSource, Settings};

    #[track_caller]
    fn check(change: impl FnOnce(&mut Settings), expected: &[&str]) {
        let mut settings = Settings::default();
        change(&mut settings);
        let refusals = ANSWERS.refusals(&settings);
        let keys: Vec<_> = refusals.map(|refusal| refusal.key).collect();
        assert_eq!(keys, expected);
    }

    #[test]
    fn what_the_function_cannot_do_is_refused() {
        check(|_| {}, &[]);
        check(
            |settings| settings.scope.error_pages = true,
            &["scope.error_pages"],
        );
        check(
            |settings| settings.signals.request_header = Some("x-visitor".to_string()),
            &["signals.request_header"],
        );
        check(
            |settings| settings.signals.response_header = Some("x-visitor".to_string()),
            &[],
        );
        check(
            |settings| settings.signals.response_header = Some("X-Cache".to_string()),
            &["signals.response_header"],
        );
        check(
            |settings| {
                let mut source = ConsentSource::new(Cmp::Klaro);
                source.needs = vec!["mesure d’audience".to_string()];
                settings.consent.from.push(source);
            },
            &["consent.from"],
        );
    }

    #[test]
    fn names_that_objects_have_are_refused_for_each_cookie() {
        check(
            |settings| {
                settings.cookie.name = "toString".to_string();
                settings.renew.marker = Some("valueOf".to_string());
                settings.signals.script_cookie = Some("__proto__".to_string());
            },
            &["cookie.name", "renew.marker", "signals.script_cookie"],
        );
    }
}
