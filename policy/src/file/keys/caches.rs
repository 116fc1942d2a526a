//! `[caches]`: how shared caches are kept from storing a visitor's cookie.

use crate::file::key::{Key, Section};
use crate::file::slot::Slot;

pub(super) const SECTION: Section = Section {
    name: "caches",
    title: "Caches",
    summary: "How shared caches treat responses that carry the cookie or may show the id",
    keys: KEYS,
};

const KEYS: &[Key] = &[Key {
    section: "caches",
    name: "protect",
    summary: "Keep shared caches from storing a response that carries a visitor's cookie or may show the id",
    details: "If such a response is neither `private` nor `no-store`, its `Cache-Control` is rewritten: `private` is added, \
                  `public` and `s-maxage` are removed, and directives for browsers stay. `CDN-Cache-Control`, its variants of \
                  Cloudflare, Vercel and Netlify, `Surrogate-Control`, `Edge-Control` and `X-Accel-Expires`, if present, are set to \
                  forbid storing. The same goes for a response that may show the id because `signals.request_header` told it to the \
                  origin, or because `signals.response_header` carries it. Other responses stay as they are. With false, a cache may serve one visitor's id to \
                  others.",
    pattern: None,
    example: "false",
    slot: Slot::Flag(|settings| &mut settings.caches.protect),
}];
