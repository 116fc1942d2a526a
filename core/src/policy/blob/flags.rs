//! The flags of a blob: settings that take two values or four, with a bit or two for each.
//!
//! A row of the table below is all that a blob needs to know of such a setting: its first bit, and the values that its
//! bits stand for, from that of 0 on. A new row takes the next bit. Its first value is the one that older blobs, where
//! the bit is 0, are read with.

use crate::http::id::Accept;
use crate::http::set_cookie::SameSite;
use crate::policy::settings::Settings;
use crate::rules::renew::Renew;

/// Writes [`of`], [`set`] and [`KNOWN`] from the table's rows.
macro_rules! flags {
    ($($bit:literal: $section:ident.$setting:ident = $values:tt;)+) => {
        /// The flags of settings. A value that is not in the table is written as the first; a section says what it is.
        pub(super) fn of(settings: &Settings) -> u16 {
            0 $(| index(&$values, &settings.$section.$setting) << $bit)+
        }

        /// Sets the settings as the flags say.
        #[inline]
        pub(super) fn set(settings: &mut Settings, flags: u16) {
            $(settings.$section.$setting = flags!(@value flags >> $bit, $values);)+
        }

        /// The bits that mean something. The others are 0.
        pub(super) const KNOWN: u16 = 0 $(| mask($values.len()) << $bit)+;

        #[cfg(test)]
        const MASKS: &[u16] = &[$(mask($values.len()) << $bit),+];
    };
    // A choice between two is less code in an engine than a place in memory.
    (@value $bits:expr, [$no:expr, $yes:expr]) => {
        if $bits & 1 == 0 { $no } else { $yes }
    };
    (@value $bits:expr, $values:tt) => {
        $values[usize::from($bits & mask($values.len()))]
    };
}

flags! {
    0: cookie.secure = [false, true];
    1: cookie.http_only = [false, true];
    2: cookie.partitioned = [false, true];
    3: cookie.same_site = [SameSite::Strict, SameSite::Lax, SameSite::None, SameSite::Unset];
    5: id.accept = [Accept::V4, Accept::Any];
    6: renew.when = [Renew::EveryVisit, Renew::Never];
    7: scope.documents_only = [false, true];
    8: scope.error_pages = [false, true];
    9: signals.log = [false, true];
    10: signals.log_without_id = [false, true];
}

fn index<T: PartialEq>(values: &[T], value: &T) -> u16 {
    let index = values.iter().position(|one| one == value);
    index.map_or(0, |index| index as u16)
}

/// The lowest bits, as many as tell so many values apart.
const fn mask(values: usize) -> u16 {
    values as u16 - 1
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, MASKS, of, set};
    use crate::policy::settings::Settings;

    #[test]
    fn each_bit_is_one_rows_and_none_is_left_out() {
        assert!(MASKS.iter().all(|mask| mask.count_ones() <= 2));
        assert_eq!(MASKS.iter().sum::<u16>(), KNOWN);
        assert_eq!(KNOWN & (KNOWN + 1), 0, "{KNOWN:b}");
    }

    #[test]
    fn the_flags_of_settings_are_those_that_they_were_set_by() {
        for flags in 0..=KNOWN {
            let mut settings = Settings::default();
            set(&mut settings, flags);
            assert_eq!(of(&settings), flags);
        }
    }
}
