//! The examples at the end of each command's `--help`. Tests run them as they stand, or parse them where they need AWS
//! or a site on the network.

pub(crate) const HARDTACK: &str = "\
Examples:
  hardtack init                        # writes a commented hardtack.toml
  hardtack check --host www.example.com
  hardtack serve out/                  # http://localhost:8080/";

pub(crate) const INIT: &str = "\
Examples:
  hardtack init
  hardtack init --profile eu-consent --output -   # another start, on stdout";

pub(crate) const CHECK: &str = "\
Examples:
  hardtack check --host www.example.com
  hardtack check --strict --json                  # in CI";

pub(crate) const EXPLAIN: &str = "\
Examples:
  hardtack explain --url https://www.example.com/ --country DE
  hardtack explain --url example.com --header 'Cookie: FPD=6f1c8a52-3b0d-4e7a-9c41-b9ba00563fa8'
  hardtack explain --curl \"curl 'https://www.example.com/' -H 'Accept: text/html' --compressed\"
  hardtack explain --har site.har --all";

pub(crate) const SERVE: &str = "\
Examples:
  hardtack serve out/
  hardtack serve out/ --tls
  hardtack serve out/ --port 8081
  hardtack serve --upstream http://127.0.0.1:3000";

pub(crate) const BUILD: &str = "\
Examples:
  hardtack build lambda-edge --host www.example.com --host shop.example.com
  hardtack build cloudfront-function --host www.example.com --minify
  hardtack build node --host www.example.com --output build/";

pub(crate) const DEPLOY: &str = "\
Examples:
  hardtack deploy --distribution E1ABCDEFGHIJKL --dry-run
  hardtack deploy --distribution E1ABCDEFGHIJKL --behavior '/shop/*' --behavior default
  HARDTACK_DISTRIBUTION=E1ABCDEFGHIJKL hardtack deploy --via cloudfront-function --yes --json";

pub(crate) const STATUS: &str = "\
Examples:
  hardtack status --distribution E1ABCDEFGHIJKL";

pub(crate) const ROLLBACK: &str = "\
Examples:
  hardtack rollback --distribution E1ABCDEFGHIJKL --dry-run";

pub(crate) const REMOVE: &str = "\
Examples:
  hardtack remove --distribution E1ABCDEFGHIJKL --behavior '/shop/*'
  hardtack remove --distribution E1ABCDEFGHIJKL --keep-logs";

pub(crate) const LOGS: &str = "\
Examples:
  hardtack logs --distribution E1ABCDEFGHIJKL --since 15m --follow
  hardtack logs --distribution E1ABCDEFGHIJKL --region eu-central-1 --json";

pub(crate) const EXPORT: &str = "\
Examples:
  hardtack export terraform --host www.example.com
  hardtack export cdk --via cloudfront-function --host www.example.com";

pub(crate) const IAM_POLICY: &str = "\
Examples:
  hardtack iam-policy --account 123456789012 --distribution E1ABCDEFGHIJKL > deployer.json";

pub(crate) const SEAL: &str = "\
Examples:
  hardtack seal new-key > seal.keys
  HARDTACK_SEAL_KEYS_FILE=seal.keys hardtack serve out/";

pub(crate) const VERIFY: &str = "\
Examples:
  hardtack verify https://www.example.com/
  hardtack verify https://www.example.com/ --pages /shop,/about --strict --json   # in CI";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  hardtack completions fish > hardtack.fish";

pub(crate) const MAN: &str = "\
Examples:
  hardtack man > hardtack.1
  hardtack man --output man/";

#[cfg(test)]
#[path = "../tests/pages/markdown.rs"]
mod markdown;

#[cfg(test)]
mod tests {
    use super::markdown::pages;
    use crate::args::Cli;
    use crate::commands::explain::shell_words::split;

    /// The command of a line, without what the shell takes for itself.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" #").next().unwrap_or_default();
        let words = split(line).expect("the quotes are closed").words;
        let is_command = |word: &&String| *word == "hardtack";
        let variables = words.iter().take_while(|word| !is_command(word));
        let distribution = variables.filter_map(|it| it.strip_prefix("HARDTACK_DISTRIBUTION="));
        let distribution = distribution.map(|id| format!("--distribution={id}"));
        let command = words.iter().skip_while(|word| !is_command(word)).cloned();
        command.chain(distribution).collect()
    }

    #[track_caller]
    fn check(line: &str) {
        let words = words(line);
        assert!(!words.is_empty(), "{line}: no command");
        if let Err(error) = Cli::parse_words(words) {
            panic!("{line}: {error}");
        }
    }

    #[test]
    fn the_keys_are_in_a_file_that_serve_hides() {
        assert!(super::SEAL.contains(&format!("> {}", crate::seal_keys::EXAMPLE_FILE)));
    }

    #[test]
    fn every_command_has_examples_that_parse() {
        let line = Cli::line();
        for command in line.get_subcommands().chain([&line]) {
            let help = command.get_after_long_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            let (name, lines) = (command.get_name(), help.lines().skip(1));
            assert!(help.starts_with("Examples:\n"), "{name} has no examples");
            lines
                .take_while(|line| line.starts_with("  "))
                .for_each(check);
        }
    }

    /// The commands of the pages, of which many need AWS or a site on the network, and so are run nowhere.
    #[test]
    fn every_command_of_the_pages_parses() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut count = 0;
        for page in pages(&root) {
            for line in page.commands() {
                check(&line);
                count += 1;
            }
        }
        assert!(count > 20, "{count} commands in all pages");
    }

    /// The command lines with which the files of `examples/deploy` start the server.
    #[test]
    fn the_command_of_every_deployment_parses() {
        let unit = include_str!("../../examples/deploy/hardtack.service");
        let command = unit.lines().find_map(|it| it.strip_prefix("ExecStart="));
        check(&command.unwrap().replace("/usr/local/bin/", ""));

        let image = include_str!("../../examples/deploy/Containerfile");
        let command = image.lines().find_map(|it| it.strip_prefix("CMD "));
        let words: Vec<String> = serde_json::from_str(command.unwrap()).unwrap();
        check(&format!("hardtack {}", words.join(" ")));

        let pod = include_str!("../../examples/deploy/kubernetes.yaml");
        let (_, arguments) = pod.split_once("args:\n").unwrap();
        let lines = arguments.lines().map(str::trim);
        let lines = lines.take_while(|it| it.starts_with(['-', '#']));
        let words = lines.filter_map(|it| it.strip_prefix("- "));
        let words: Vec<&str> = words.collect();
        assert!(words.len() > 5, "{words:?}");
        check(&format!("hardtack {}", words.join(" ")));
    }
}
