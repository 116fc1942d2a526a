//! The files for containers: Kubernetes' own schemas, and what its restricted profile asks of a pod.

use std::fs;
use std::process::Command;

use crate::served::{Served, visit};
use crate::{python_tool, read, repository, run};

/// Whether the schemas accept a file, unknown keys included.
fn validate(path: &std::path::Path) -> (bool, String) {
    let mut command = Command::new(python_tool("kubernetes-validate"));
    let (output, text) = run(command.arg("--strict").arg(path));
    (output.status.success(), text)
}

#[test]
fn kubernetes_knows_every_key() {
    let path = repository("examples/deploy/kubernetes.yaml");
    let (is_valid, said) = validate(&path);
    assert!(is_valid, "{said}");
    let kinds = said.lines().filter(|it| it.contains("passed")).count();
    assert_eq!(kinds, 4, "{said}");

    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("kubernetes.yaml");
    let text = fs::read_to_string(path).unwrap();
    fs::write(&wrong, text.replace("readOnlyRootFilesystem", "readOnly")).unwrap();
    assert!(!validate(&wrong).0);
}

/// <https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>
#[test]
fn the_pod_is_restricted() {
    let pod = read("examples/deploy/kubernetes.yaml");
    for line in [
        "runAsNonRoot: true",
        "allowPrivilegeEscalation: false",
        "readOnlyRootFilesystem: true",
        "capabilities: { drop: [ALL] }",
        "seccompProfile: { type: RuntimeDefault }",
    ] {
        assert!(pod.contains(line), "no {line}");
    }
}

#[test]
fn the_pod_may_take_as_long_as_its_stop_takes() {
    let pod = read("examples/deploy/kubernetes.yaml");
    let number = |before: &str| -> u32 {
        let (_, rest) = pod.split_once(before).unwrap();
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
        rest[..end].parse().unwrap()
    };
    let stop = number("--stop-timeout=") + number("sleep: { seconds: ");
    assert!(number("terminationGracePeriodSeconds: ") > stop);
}

#[test]
fn the_policy_of_the_pod_is_valid() {
    let pod = read("examples/deploy/kubernetes.yaml");
    let (_, policy) = pod.split_once("hardtack.toml: |\n").unwrap();
    let (policy, _) = policy.split_once("---").unwrap();
    let policy: String = policy
        .lines()
        .map(|line| format!("{}\n", line.trim()))
        .collect();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("hardtack.toml"), policy).unwrap();
    let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    let mut command = Command::new(env!("CARGO_BIN_EXE_hardtack"));
    command.arg("check").current_dir(folder.path());
    let (output, said) = run(command.env("HARDTACK_SEAL_KEYS", key));
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_image_is_small_and_stops_politely() {
    let image = read("examples/deploy/Containerfile");
    let bases: Vec<&str> = image
        .lines()
        .filter_map(|it| it.strip_prefix("FROM "))
        .collect();
    // No name of a registry: any mirror can stand for the default one.
    assert_eq!(
        bases,
        ["rust:slim-bookworm AS build", "debian:bookworm-slim"]
    );
    for line in [
        "USER 65532:65532",
        "STOPSIGNAL SIGTERM",
        "ENTRYPOINT [\"hardtack\"]",
    ] {
        assert!(image.lines().any(|it| it == line), "no {line}");
    }
}

/// Starts a container's command, with the image's paths and ports led to this machine's.
#[track_caller]
fn check_command(words: &[String], replaced: &[(&str, &str)]) {
    let mut words = words.join(" ");
    for (old, new) in replaced {
        assert!(words.contains(old), "no {old} in {words}");
        words = words.replace(old, new);
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_hardtack"));
    command.args(words.split(' '));
    let key = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    let served = Served::run(command.env("HARDTACK_SEAL_KEYS", key));
    let response = visit(served.port, "localhost", "");
    assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    assert!(response.contains("set-cookie: FPD="), "{response}");
    assert!(response.contains("set-cookie: FPD="), "{response}");
}

#[test]
fn the_command_of_the_image_serves() {
    let image = read("examples/deploy/Containerfile");
    let command = image.lines().find_map(|it| it.strip_prefix("CMD "));
    let words: Vec<String> = serde_json::from_str(command.unwrap()).unwrap();
    let site = repository("examples/site").display().to_string();
    check_command(
        &words,
        &[("/srv/www", &site), ("0.0.0.0:8080", "127.0.0.1:0")],
    );
}

#[test]
fn the_command_of_the_pod_serves() {
    let pod = read("examples/deploy/kubernetes.yaml");
    let (_, arguments) = pod.split_once("args:\n").unwrap();
    let lines = arguments.lines().map(str::trim);
    let lines = lines.take_while(|it| it.starts_with(['-', '#']));
    let words = lines.filter_map(|it| it.strip_prefix("- "));
    let words: Vec<String> = words.map(str::to_string).collect();
    let (folder, website) = (tempfile::tempdir().unwrap(), Served::start(&[]));
    fs::write(folder.path().join("hardtack.toml"), "[id]\nsealed = true\n").unwrap();
    check_command(
        &words,
        &[
            (
                "http://website",
                &format!("http://127.0.0.1:{}", website.port),
            ),
            ("0.0.0.0:8080", "127.0.0.1:0"),
            ("/etc/hardtack", &folder.path().display().to_string()),
        ],
    );
}
