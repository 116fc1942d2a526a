//! The viewer-request functions for buckets give an address the file that the folder gives it: their table, here.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::Folder;

const TABLE: &str = include_str!("../../../../adapters/cloudfront-function/test/addresses.json");

/// Of a folder with one file, an address gives this file.
#[track_caller]
fn check(path: &str, file: &str) {
    let file = percent_decode_str(file.trim_start_matches('/')).decode_utf8();
    let reply = Folder::without_redirects(&[(&file.unwrap(), "this one")]).get(path);
    assert_eq!((reply.status, reply.text()), (200, "this one"), "{path}");
}

#[track_caller]
fn check_hidden(path: &str) {
    let folder = Folder::with(&[("index.html", ""), ("about.html", ""), ("a/b.html", "")]);
    assert_eq!(folder.get(path).status, 404, "{path}");
}

#[test]
fn an_address_means_the_same_file_in_a_folder_and_in_a_bucket() {
    let table: Value = serde_json::from_str(TABLE).unwrap();
    let rows = table["rows"].as_array().unwrap();
    for row in rows {
        let path = row["path"].as_str().unwrap();
        let listed = |key: &str| row[key].as_array().into_iter().flatten();
        if row["is_hidden"] == true {
            check_hidden(path);
            continue;
        }
        if row["means"].is_null() {
            check(path, path);
        }
        for file in listed("means").chain(listed("unlike_serve")) {
            check(path, file.as_str().unwrap());
        }
    }
    assert!(rows.len() > 40, "{}", rows.len());
}
