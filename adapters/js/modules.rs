//! What the artifacts for JavaScript hosts have in common: the engine, the host module, and how sources become modules.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hardtack_platform::{BakedPolicy, File};

/// The engine, prebuilt: users need no WebAssembly toolchain.
const WASM: &[u8] = include_bytes!("engine/engine.wasm");

const HOST: &str = include_str!("host.mjs");
const HOST_TYPES: &str = include_str!("host.d.mts");

/// The engine as it is.
pub(crate) fn engine() -> File {
    File {
        name: "engine.wasm",
        bytes: WASM.into(),
    }
}

/// The engine as a module, for hosts and bundlers that load nothing else.
pub(crate) fn engine_as_text() -> File {
    let template = include_str!("templates/engine.mjs");
    let text = template.replace("{engine}", &STANDARD.encode(WASM));
    File {
        name: "engine.mjs",
        bytes: text.into_bytes().into(),
    }
}

/// The policy as a module.
pub(crate) fn policy(baked: &BakedPolicy) -> File {
    baked.fill("policy.mjs", include_str!("templates/policy.mjs"))
}

/// The host module, which every adapter imports.
pub(crate) fn host() -> File {
    module("host.mjs", HOST)
}

/// The host module's types.
pub(crate) fn host_types() -> File {
    module("host.d.mts", HOST_TYPES)
}

/// What makes a folder a package: `package.json`, `README.md` and the licences.
pub(crate) fn package(
    baked: &BakedPolicy,
    manifest: &'static str,
    page: &'static str,
) -> [File; 4] {
    [
        baked.fill("package.json", manifest),
        baked.fill("README.md", page),
        as_it_is("LICENSE-APACHE", include_str!("LICENSE-APACHE")),
        as_it_is("LICENSE-MIT", include_str!("LICENSE-MIT")),
    ]
}

fn as_it_is(name: &'static str, text: &'static str) -> File {
    File {
        name,
        bytes: text.as_bytes().into(),
    }
}

/// A source as a module of an artifact, where all modules lie in one folder.
pub(crate) fn module(name: &'static str, source: &str) -> File {
    File {
        name,
        bytes: beside_each_other(source).into_bytes().into(),
    }
}

/// A source whose imports from other platforms' folders, `'../js/host.mjs'`, are from its own, `'./host.mjs'`.
fn beside_each_other(source: &str) -> String {
    let mut pieces = source.split("from '../");
    let mut text = pieces.next().unwrap_or_default().to_string();
    for piece in pieces {
        let (_folder, rest) = piece.split_once('/').unwrap_or(("", piece));
        text.push_str("from './");
        text.push_str(rest);
    }
    text
}

/// A path that neither npm nor an `import` takes for a package's name.
pub(crate) fn from_here(path: &str) -> String {
    match path.starts_with(['.', '/']) {
        true => path.to_string(),
        false => format!("./{path}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{HOST, beside_each_other};

    #[test]
    fn imports_are_from_the_artifacts_folder() {
        assert_eq!(
            beside_each_other("import { a } from '../js/host.mjs';\nimport b from './b.mjs';\n"),
            "import { a } from './host.mjs';\nimport b from './b.mjs';\n"
        );
    }

    #[test]
    fn the_host_module_imports_nothing() {
        assert_eq!(beside_each_other(HOST), HOST);
        assert!(!HOST.contains(" from '"));
    }
}
