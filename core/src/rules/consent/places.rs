//! The places that a policy may name, and the countries that each stands for (rule 5).
//!
//! Some parts of a member state have codes of their own in ISO 3166-1, and databases of addresses write those. Where
//! the Union's law applies there, the state and the groups include them: France's outermost regions (TFEU, Article
//! 349) and the Åland Islands (Article 355(4)).

use alloc::vec::Vec;

use super::settings::Required;
use crate::error::PolicyError;
use crate::http::country::Country;

/// The European Economic Area: Iceland, Liechtenstein, Norway, and then the European Union with its regions.
const EEA: &[u8] = b"ISLINOATBEBGCYCZDEDKEEESFIAXFRGPGFMQREYTMFGRHRHUIEITLTLULVMTNLPLPTROSESISK";

/// France with Guadeloupe, French Guiana, Martinique, Réunion, Mayotte and Saint Martin.
const FRANCE: &[u8] = b"FRGPGFMQREYTMF";

/// Every code that ISO 3166-1 assigns, and Kosovo's, which databases of addresses use.
const ASSIGNED: &[u8] = b"\
    ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCR\
    CUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHU\
    IDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQ\
    MRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSI\
    SJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZWXK";

impl Required {
    /// The countries that are listed, each as often as it is named. None where nothing or everything is.
    ///
    /// # Errors
    ///
    /// The first text that is neither a country nor a group of them.
    pub fn countries(&self) -> Result<Vec<Country>, PolicyError> {
        let Self::In(places) = self else {
            return Ok(Vec::new());
        };
        let mut countries = Vec::new();
        for place in places {
            let Some(codes) = codes(place.as_bytes()) else {
                let problem = "is not a valid country";
                return Err(PolicyError::new(
                    "consent.required",
                    place,
                    problem,
                    hint(place),
                ));
            };
            countries.extend(codes.chunks(2).filter_map(Country::parse));
        }
        Ok(countries)
    }
}

/// The letters of the countries that a place stands for.
fn codes(place: &[u8]) -> Option<&[u8]> {
    match place {
        b"EEA" => Some(EEA),
        b"EU" => EEA.get(6..),
        b"FR" => Some(FRANCE),
        b"FI" => Some(b"FIAX"),
        b"UK" => Some(b"GB"),
        b"EL" => Some(b"GR"),
        code => ASSIGNED.chunks(2).find(|known| *known == code),
    }
}

/// What to write instead: of codes that are no country's, what people most likely meant.
fn hint(place: &str) -> &'static str {
    match place {
        "SP" => "write \"ES\" for Spain",
        "UE" => "write \"EU\" for the European Union",
        "EN" => "write \"GB\" for the United Kingdom",
        "JA" => "write \"JP\" for Japan",
        _ => "write two capital letters as in \"FR\", or \"EEA\" or \"EU\"",
    }
}
