//! Hosts that speak the Fetch standard as a platform: modules to import.

use hardtack_platform::{Answers, BakedPolicy, File, NextStep, Packing, Platform};

use crate::js::{engine_as_text, from_here, host, host_types, module, package, policy};

/// Deno, Netlify, Vercel, Bun, Next.js.
pub(crate) const PLATFORM: Platform = Platform {
    name: "fetch",
    about: "Deno, Netlify, Vercel, Bun, Next.js: modules to import",
    packing: Packing::Folder(files),
    next: |built| NextStep {
        command: format!("import {{ wrap }} from '{}/hardtack.mjs'", from_here(built)),
        effect: "and export `wrap(handler)`",
    },
    answers: Answers::CORE.on_hosts_without_countries(
        "Netlify, Vercel and Cloudflare tell the country; on other hosts it is not known, and consent is required \
         everywhere",
    ),
};

fn files(baked: &BakedPolicy) -> Vec<File> {
    let mut files = vec![
        baked.fill("hardtack.mjs", include_str!("templates/hardtack.mjs")),
        baked.fill("hardtack.d.mts", include_str!("templates/hardtack.d.mts")),
        policy(baked),
        engine_as_text(),
        host(),
        adapter(),
        host_types(),
        adapter_types(),
    ];
    files.extend(package(
        baked,
        include_str!("templates/package.json"),
        include_str!("templates/README.md"),
    ));
    files
}

/// The adapter, which a Worker's is built on.
pub(crate) fn adapter() -> File {
    module("fetch.mjs", include_str!("fetch.mjs"))
}

/// The adapter's types.
pub(crate) fn adapter_types() -> File {
    module("fetch.d.mts", include_str!("fetch.d.mts"))
}
