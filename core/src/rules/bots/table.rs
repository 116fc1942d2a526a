//! The patterns of declared bots' User-Agents. Written by `cargo run -p hardtack-bots`; do not edit.

use super::matcher::Table;

#[rustfmt::skip]
pub(crate) const TABLE: Table<'static> = Table {
    factor: 0x0854afdb,
    filter: &[
        32, 128, 8, 2, 16, 0, 16, 0, 2, 0, 0, 0, 0, 128, 0, 0,
        0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 8, 0, 2, 0, 0, 1, 128, 0, 1, 4, 0, 0,
        1, 0, 64, 0, 0, 0, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0,
        0, 0, 2, 0, 0, 32, 0, 0, 0, 0, 0, 4, 0, 0, 0, 4,
        0, 0, 0, 0, 0, 208, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 8, 0, 0, 128, 8, 0,
        0, 0, 0, 0, 4, 0, 0, 0, 0, 128, 0, 0, 0, 0, 4, 0,
        0, 0, 8, 8, 0, 128, 1, 0, 0, 0, 0, 0, 0, 16, 0, 0,
        0, 0, 0, 0, 16, 0, 0, 1, 0, 0, 16, 0, 0, 0, 0, 32,
        0, 64, 0, 1, 0, 0, 64, 0, 0, 0, 0, 128, 0, 0, 0, 0,
        4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0,
        0, 0, 0, 0, 32, 0, 0, 0, 1, 128, 0, 16, 0, 0, 0, 0,
        0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 32, 0,
        32, 0, 0, 0, 0, 0, 4, 0, 0, 16, 4, 0, 0, 0, 4, 0,
        128, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 64, 0, 0, 0, 64, 0, 0, 1, 0, 0, 0,
        0, 0, 1, 8, 0, 0, 0, 32, 0, 64, 0, 0, 0, 0, 0, 64,
        0, 0, 1, 0, 0, 2, 32, 0, 8, 0, 0, 16, 0, 0, 0, 0,
        0, 0, 0, 16, 2, 0, 64, 0, 0, 0, 0, 0, 0, 128, 8, 0,
        0, 0, 0, 0, 2, 0, 2, 0, 0, 0, 0, 0, 128, 0, 0, 0,
        0, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0, 0, 52, 0, 0,
        0, 4, 0, 0, 0, 0, 0, 64, 0, 18, 0, 0, 0, 0, 0, 8,
        2, 0, 2, 160, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0,
        0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 32, 0, 0, 128,
        0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 32, 0,
        0, 128, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 64, 0, 0,
        2, 0, 0, 0, 0, 128, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0,
        0, 16, 0, 0, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 16, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128,
        0, 0, 0, 0, 16, 0, 32, 66, 16, 2, 0, 0, 4, 2, 0, 0,
    ],
    starts: &[
        0, 0, 148, 184, 302, 358, 394, 421, 435, 477, 502, 510, 517, 556, 622, 650,
        692, 803, 819, 860, 990, 1038, 1045, 1055, 1090, 1098, 1098, 1102, 1102, 1102, 1102, 1102,
        1102,
    ],
    patterns: b"\
        \xffapplewebkit/537.36 (khtml, like\
        \xfcapplewebkit/605.1.15 (khtml,\
        \x47acuneti\
        \x47adwords\
        \x85agent\
        \x47akregat\
        \x47algolia\
        \x45amaya\
        \x08analyzer\
        \x47andrewf\
        \x07archive\
        \x05audit\
        \x45axios\
        \x45azure\
        \x46bbtest\
        \x27bluesky\
        \x83bot\
        \x84bots\
        \x47burpcol\
        \x43bw/\
        \xeacamscanner\
        \xe5cubot\
        \x07capture\
        \x46castro\
        \x47catchpo\
        \x07chatgpt\
        \x85check\
        \x07checker\
        \x46clamav\
        \x06claude\
        \x47cloudfl\
        \x47collaps\
        \x05crawl\
        \x44curl\
        \x46cursor\
        \x07cypress\
        \x47dareboo\
        \x47datanyz\
        \x44daum\
        \x47dejacli\
        \x2adiscordbot\
        \x47dmbrows\
        \x47duplexw\
        \x47emailwo\
        \x27embedly\
        \x2bexternalhit\
        \x07extract\
        \x47favicon\
        \x04feed\
        \x05fetch\
        \x47foregen\
        \x48googlewe\
        \x04grab\
        \x07harvest\
        \x08headless\
        \x47holubem\
        \x04http\
        \x45hwcdn\
        \x45hydra\
        \x28iframely\
        \x47igetter\
        \x07inspect\
        \x47jobhunt\
        \x46keycdn\
        \xe7libhttp\
        \x07library\
        \x0alighthouse\
        \x2blinkedinbot\
        \xeamozacfetch\
        \x45manus\
        \x47marketg\
        \x28mastodon\
        \x47mediapa\
        \x47mixnode\
        \x07monitor\
        \x47morning\
        \x83.ai\
        \x84.com\
        \x47newsblu\
        \xc4node\
        \x05nutch\
        \x47offbyon\
        \x46openai\
        \x07optimiz\
        \x44ortc\
        \x47outbrai\
        \x45owler\
        \x47pagebur\
        \x06parser\
        \x84perl\
        \x0aperplexity\
        \x09phantomjs\
        \x03php\
        \x2cpinterestbot\
        \x0aplaywright\
        \x27preview\
        \x05probe\
        \x05proxy\
        \x44ptst\
        \x09puppeteer\
        \x06python\
        \x47qcloudc\
        \x47quiters\
        \x47readkit\
        \x46reeder\
        \x07retriev\
        \x45rigor\
        \x46rssowl\
        \x04ruby\
        \x04scan\
        \x06scrape\
        \x47securit\
        \x08selenium\
        \x83seo\
        \x06server\
        \x29slack-img\
        \x28slackbot\
        \x47slingst\
        \x47sparkle\
        \x06spider\
        \x46splash\
        \x47statusc\
        \x0asubscriber\
        \x06survey\
        \x44swcd\
        \x09synthetic\
        \x2btelegrambot\
        \x47thumbor\
        \x47trackab\
        \x08transcod\
        \x2atwitterbot\
        \x06uptime\
        \x09validator\
        \x47webmone\
        \x47webpuri\
        \x44wget\
        \x28whatsapp\
        \x04www.\
        \x47xaxisse\
        \x03://\
    ",
};
