//! CloudFront Functions as a platform: what of a policy they cannot do, and what to do with a built one.

use hardtack::{ConsentSource, Settings};
use hardtack_cloudfront::headers;
use hardtack_platform::{
    AdoptAnswers, Answer, Answers, BotAnswers, CacheAnswers, ConsentAnswers, CookieAnswers,
    IdAnswers, NextStep, Packing, Platform, RenewAnswers, ScopeAnswers, SignalAnswers, Templates,
};

/// AWS CloudFront Functions.
pub const PLATFORM: Platform = Platform {
    name: "cloudfront-function",
    about: "AWS CloudFront Functions, viewer-response: one JavaScript file",
    answers: ANSWERS,
    packing: Packing::Function,
    next: |built| NextStep {
        command: format!("hardtack serve --edge {built} DIR"),
        effect: "runs it as CloudFront would",
    },
};

/// What `hardtack export` writes around the function.
pub const EXPORT: Templates = Templates {
    terraform: include_str!("../export/main.tf"),
    cloudformation: include_str!("../export/template.yaml"),
    cdk: include_str!("../export/app.mjs"),
};

/// The log group of a function that logs, for the same templates: CloudFront would make one that keeps its lines for
/// ever.
pub const LOG_GROUP: Templates = Templates {
    terraform: include_str!("../export/logs.tf"),
    cloudformation: include_str!("../export/logs.yaml"),
    cdk: include_str!("../export/logs.mjs"),
};

use Answer::Can;

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
    },
};

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
    lists.into_iter().flatten().any(odd) || source.needs.iter().any(String::is_empty)
}

#[cfg(test)]
mod tests {
    use super::PLATFORM;
    use hardtack::{Cmp, ConsentSource, Settings};

    #[track_caller]
    fn check(change: impl FnOnce(&mut Settings), expected: &[&str]) {
        let mut settings = Settings::default();
        change(&mut settings);
        let refusals = PLATFORM.answers.refusals(&settings);
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
