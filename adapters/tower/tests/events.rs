//! What the layer tells `tracing`: level, fields and message of every event, and where an id may stand.
#![allow(clippy::expect_used, reason = "a test may stop where it stands")]

use std::convert::Infallible;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use hardtack_tower::{Settings, Source, VisitorLayer};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use tower::{Layer as _, ServiceExt as _, service_fn};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber, span};

const NEW: &str = "07070707-0707-4707-8707-070707070707";
const ID: &str = "6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8";

#[derive(Clone, Copy, Debug)]
struct Sevens;

impl Source for Sevens {
    fn now(&self) -> u64 {
        1_750_000_000
    }

    fn entropy(&self) -> [u8; 16] {
        [7; 16]
    }
}

/// Keeps each event of the layer as one line.
#[derive(Clone, Debug)]
struct Collector {
    level: Level,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "hardtack" && *metadata.level() <= self.level
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().level().to_string());
        event.record(&mut line);
        self.lines.lock().expect("no test has failed").push(line.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The level, then each field; the message without its name.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = match field.name() {
            "message" => write!(self.0, " {value:?}"),
            name => write!(self.0, " {name}={value:?}"),
        };
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {}={value}", field.name());
    }
}

/// A page, and the headers with which the service answers.
struct Exchange {
    cookie: &'static str,
    answer: HeaderMap,
}

const FIRST_PAGE: fn() -> Exchange = || Exchange {
    cookie: "theme=dark",
    answer: HeaderMap::new(),
};

/// The events up to a level, under a policy that is changed by `change`.
#[track_caller]
fn check(change: fn(&mut Settings), level: Level, exchange: Exchange, expected: &[&str]) {
    let mut settings = Settings::default();
    change(&mut settings);
    let layer = VisitorLayer::from_settings(&settings).expect("a policy");
    let collector = Collector {
        level,
        lines: Arc::default(),
    };
    let lines = Arc::clone(&collector.lines);
    let service = layer
        .source(Sevens)
        .layer(service_fn(|_: Request<()>| async {
            let mut response = Response::new(());
            *response.headers_mut() = exchange.answer.clone();
            Ok::<_, Infallible>(response)
        }));
    let request = Request::get("https://www.example.com/basket?item=3")
        .header("sec-fetch-dest", "document")
        .header("cookie", exchange.cookie)
        .body(())
        .expect("a request");
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    tracing::subscriber::with_default(collector, || {
        let response = runtime
            .expect("a runtime")
            .block_on(service.oneshot(request));
        response.expect("infallible");
    });
    assert_eq!(*lines.lock().expect("no test has failed"), expected);
}

const DECIDED: &str = "DEBUG decided outcome=issued reason=new_visitor \
                       method=GET host=www.example.com path=/basket status=200";

#[test]
fn a_decision_is_one_event_without_an_id_unless_the_policy_logs_ids() {
    check(|_| {}, Level::INFO, FIRST_PAGE(), &[]);
    check(|_| {}, Level::DEBUG, FIRST_PAGE(), &[DECIDED]);
    let line = |id| {
        format!(
            r#"INFO {{"time":1750000000,"outcome":"issued","reason":"new_visitor","id":{id},"method":"GET","host":"www.example.com","path":"/basket","status":200}}"#
        )
    };
    let logs = |settings: &mut Settings| settings.signals.log = true;
    let (with, without) = (line(format!("\"{NEW}\"")), line("null".to_string()));
    check(logs, Level::INFO, FIRST_PAGE(), &[&with]);
    let decided = DECIDED.replace("method", &format!("id={NEW} method"));
    check(logs, Level::DEBUG, FIRST_PAGE(), &[&with, &decided]);
    let logs_without = |settings: &mut Settings| {
        settings.signals.log = true;
        settings.signals.log_without_id = true;
    };
    let expected = [without.as_str(), DECIDED];
    check(logs_without, Level::DEBUG, FIRST_PAGE(), &expected);
}

#[test]
fn each_rule_is_an_event_and_ids_are_left_out_of_the_messages() {
    let expected = [
        "TRACE path, method and scheme are in scope rule=1 rule.name=scope",
        "TRACE Sec-Fetch-Dest is document rule=2 rule.name=documents only",
        "TRACE found no such cookie rule=4 rule.name=read",
        "TRACE User-Agent names no bot rule=6 rule.name=bots",
        "TRACE a new id, … rule=9 rule.name=mint",
        "TRACE status 200 is in scope rule=1 rule.name=scope",
        "TRACE the response does not set FPD rule=3 rule.name=origin's cookie",
        "TRACE FPD=…; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax \
         rule=10 rule.name=write",
        "TRACE a shared cache could store the response, and is told not to rule=11 rule.name=caches",
        "TRACE the decision is exposed nowhere rule=12 rule.name=signals",
        DECIDED,
    ];
    check(|_| {}, Level::TRACE, FIRST_PAGE(), &expected);
}

#[test]
fn under_a_policy_that_logs_ids_the_messages_have_them() {
    let returning = Exchange {
        cookie: "FPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8",
        answer: HeaderMap::new(),
    };
    let logs = |settings: &mut Settings| {
        settings.signals.log = true;
        settings.scope.documents_only = false;
        settings.caches.protect = false;
    };
    let expected = [
        "TRACE path, method and scheme are in scope rule=1 rule.name=scope",
        "TRACE the policy does not ask rule=2 rule.name=documents only",
        &format!("TRACE found a valid id, {ID} rule=4 rule.name=read"),
        "TRACE User-Agent names no bot rule=6 rule.name=bots",
        "TRACE the cookie is renewed rule=7 rule.name=renew",
        "TRACE status 200 is in scope rule=1 rule.name=scope",
        "TRACE the response does not set FPD rule=3 rule.name=origin's cookie",
        &format!(
            "TRACE FPD={ID}; Max-Age=63072000; Domain=example.com; Path=/; Secure; HttpOnly; SameSite=Lax \
             rule=10 rule.name=write"
        ),
        "TRACE the policy leaves caches alone rule=11 rule.name=caches",
        "TRACE exposed in the log rule=12 rule.name=signals",
        &format!(
            r#"INFO {{"time":1750000000,"outcome":"renewed","reason":"returning_visitor","id":"{ID}","method":"GET","host":"www.example.com","path":"/basket","status":200}}"#
        ),
        &format!(
            "DEBUG decided outcome=renewed reason=returning_visitor id={ID} \
             method=GET host=www.example.com path=/basket status=200"
        ),
    ];
    check(logs, Level::TRACE, returning, &expected);
}

#[test]
fn what_a_full_map_has_no_room_for_is_a_warning_without_the_value() {
    let full = Exchange {
        cookie: "",
        answer: full(),
    };
    let expected = [
        "WARN left out an edit that makes no valid header header=set-cookie",
        "WARN left out an edit that makes no valid header header=cache-control",
    ];
    check(|_| {}, Level::WARN, full, &expected);
}

/// As many headers as a map takes.
fn full() -> HeaderMap {
    let mut headers = HeaderMap::new();
    for i in 0.. {
        let name = HeaderName::try_from(format!("x-{i}")).expect("a name");
        if headers
            .try_insert(name, HeaderValue::from_static("1"))
            .is_err()
        {
            break;
        }
    }
    headers
}
