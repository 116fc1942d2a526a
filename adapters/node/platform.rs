//! Servers on Node as a platform: a package to install.

use hardtack_platform::{Answers, BakedPolicy, File, NextStep, Packing, Platform};

use crate::js::{engine_as_text, from_here, host, host_types, module, package, policy};

/// Express, Connect and plain Node servers.
pub(crate) const PLATFORM: Platform = Platform {
    name: "node",
    about: "Express, Connect and plain Node servers: a package",
    packing: Packing::Folder(files),
    next: |built| NextStep {
        command: format!("npm install {}", from_here(built)),
        effect: "and `app.use(visitor())` with `import { visitor } from 'hardtack-site'`",
    },
    answers: Answers::CORE.on_hosts_without_countries(
        "Vercel tells the country; on other servers it is not known, and consent is required everywhere",
    ),
};

fn files(baked: &BakedPolicy) -> Vec<File> {
    let mut files = vec![
        baked.fill("index.mjs", include_str!("templates/index.mjs")),
        baked.fill("index.d.mts", include_str!("templates/index.d.mts")),
        policy(baked),
        engine_as_text(),
        host(),
        module("node.mjs", include_str!("node.mjs")),
        host_types(),
        module("node.d.mts", include_str!("node.d.mts")),
    ];
    files.extend(package(
        baked,
        include_str!("templates/package.json"),
        include_str!("templates/README.md"),
    ));
    files
}
