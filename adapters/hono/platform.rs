//! Hono as a platform: a middleware to import, on whatever host the application runs.

use hardtack_platform::{BakedPolicy, File, NextStep, Packing, Platform};

use crate::fetch;
use crate::js::{engine, engine_as_text, from_here, host, host_types, module, package, policy};

/// Hono.
pub(crate) const PLATFORM: Platform = Platform {
    name: "hono",
    about: "Hono: a middleware, for Workers, Deno, Bun and Node",
    packing: Packing::Folder(files),
    next: |built| NextStep {
        command: format!(
            "import {{ visitor }} from '{}/hardtack.mjs'",
            from_here(built)
        ),
        effect: "and `app.use(visitor())`, before all other middleware",
    },
    // It asks the adapter for fetch, and adds nothing to what that can do.
    answers: fetch::PLATFORM.answers,
};

fn files(baked: &BakedPolicy) -> Vec<File> {
    let mut files = vec![
        baked.fill("hardtack.mjs", include_str!("templates/hardtack.mjs")),
        baked.fill("hardtack.d.mts", include_str!("templates/hardtack.d.mts")),
        baked.fill("workers.mjs", include_str!("templates/workers.mjs")),
        baked.fill("workers.d.mts", include_str!("templates/workers.d.mts")),
        policy(baked),
        engine(),
        engine_as_text(),
        host(),
        fetch::adapter(),
        module("hono.mjs", include_str!("hono.mjs")),
        host_types(),
        fetch::adapter_types(),
        module("hono.d.mts", include_str!("hono.d.mts")),
    ];
    files.extend(package(
        baked,
        include_str!("templates/package.json"),
        include_str!("templates/README.md"),
    ));
    files
}
