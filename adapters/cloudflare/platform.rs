//! Cloudflare Workers as a platform: a folder for wrangler, with a Worker that is complete.

use hardtack_platform::{Answers, BakedPolicy, File, NextStep, Packing, Platform};

use crate::fetch;
use crate::js::{engine, host, host_types, module, package, policy};

/// Cloudflare Workers.
pub(crate) const PLATFORM: Platform = Platform {
    name: "cloudflare",
    about: "Cloudflare Workers: a folder for wrangler",
    packing: Packing::Folder(files),
    next: |built| NextStep {
        command: format!("cd {built} && npx wrangler dev"),
        effect: "runs it as Cloudflare would, where `[assets]` in its wrangler.toml names the folder of your site",
    },
    answers: Answers::CORE,
};

fn files(baked: &BakedPolicy) -> Vec<File> {
    let mut files = vec![
        baked.fill("worker.mjs", include_str!("templates/worker.mjs")),
        module("worker.d.mts", include_str!("templates/worker.d.mts")),
        baked.fill("hardtack.mjs", include_str!("templates/hardtack.mjs")),
        baked.fill("hardtack.d.mts", include_str!("templates/hardtack.d.mts")),
        baked.fill("wrangler.toml", include_str!("templates/wrangler.toml")),
        policy(baked),
        engine(),
        host(),
        fetch::adapter(),
        module("cloudflare.mjs", include_str!("cloudflare.mjs")),
        host_types(),
        fetch::adapter_types(),
        module("cloudflare.d.mts", include_str!("cloudflare.d.mts")),
    ];
    files.extend(package(
        baked,
        include_str!("templates/package.json"),
        include_str!("templates/README.md"),
    ));
    files
}
