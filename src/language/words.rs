//! The words that mean something, as tables. One word, one meaning; what a word does next to others is the rules' business.
//! May import: std, chrono's weekdays, `misspelt`, the tables of `intent`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use chrono::Weekday;

use super::intent::{self, Sense};
use super::meaning::Intent;
use super::misspelt;

/// What a word means by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Word {
    /// No word stands there.
    None,
    /// A word that is in no table.
    #[default]
    Unknown,
    Cardinal(u32),
    Ordinal(u32),
    /// The letters behind digits: "3rd".
    OrdinalEnd,
    Weekday(Weekday),
    /// "mondays"
    EachWeekday(Weekday),
    /// "weekdays"
    Workdays,
    Month(u32),
    /// Days from today.
    Near(i32),
    /// "overmorrow" after "day after"; "tonight": today, in the evening.
    Tonight,
    Now,
    Unit(Unit),
    Half(Half),
    OClock,
    Noon,
    Midnight,
    Part(Part),
    /// "lunchtime"
    Stage(Part, Share),
    /// A meal says its part of the day.
    Meal(Part),
    HalfOf,
    Quarter,
    Weekend,
    /// A word that opens the name of a holiday, and means nothing else.
    Feast,
    /// "early", "end", "rest": which part of a stretch.
    Edge(Edge),
    /// "eod", "eom"
    EndOf(Unit),
    Every,
    /// "weekly"
    Often,
    At,
    On,
    In,
    For,
    From,
    To,
    Until,
    Between,
    And,
    Or,
    Past,
    After,
    Before,
    Within,
    Hence,
    Ago,
    /// "an hour later" is later than something that was said before.
    Later,
    Earlier,
    About,
    Of,
    The,
    A,
    This,
    Next,
    /// "coming": the next one.
    Coming,
    Last,
    By,
    Since,
    With,
    Invite,
    Called,
    Time,
    Verb(Intent),
    /// A word that opens a question.
    Question,
    /// "is", "do", "can": opens a question or a request.
    Helper,
    /// Says that small talk follows.
    Greeting,
    /// "meeting", "event": no title by itself.
    Thing,
    /// What other bots do.
    Foreign,
    /// Calendar, agenda.
    Calendar,
    /// Says nothing: "please", "me".
    Filler,
}

/// A unit of time; the longer is the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Fortnight,
    Month,
    Year,
}

/// Which part of a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Early,
    Middle,
    Late,
    End,
    /// From now on.
    Rest,
    FirstHalf,
    SecondHalf,
}

impl Word {
    /// In one of the tables, or no word at all.
    pub fn is_common(self) -> bool {
        self != Self::Unknown
    }
}

/// The half of the day that a clock time lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    Am,
    Pm,
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Morning,
    Afternoon,
    Evening,
    Night,
}

/// How much of a part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    Whole,
    Early,
    Late,
    /// When people eat then.
    Meal,
    /// "tonight": the evening and the night.
    Tonight,
    /// "end of day", "COB"
    EndOfWork,
    /// "after work"
    AfterWork,
    /// "after lunch"
    AfterMeal,
}

pub(super) fn half(pm: bool) -> Word {
    Word::Half(if pm { Half::Pm } else { Half::Am })
}

/// The meaning of a word in ASCII lower case, and what it does in a request.
pub(super) fn look_up(word: &str) -> (Word, Sense) {
    let known = key(word).and_then(|key| TABLE.get(&key));
    match known {
        Some(known) => *known,
        None => (misspelt::meant(word).unwrap_or_default(), Sense::NONE),
    }
}

/// A word as one number, which is quickly compared. No word of ours has more bytes than that holds, so hostile ones cost nothing.
fn key(word: &str) -> Option<u128> {
    let mut bytes = [0; 16];
    bytes.get_mut(..word.len())?.copy_from_slice(word.as_bytes());
    Some(u128::from_le_bytes(bytes))
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    intent::senses(|word, sense| {
        if let Some(key) = key(word) {
            let (_, senses) = table.entry(key).or_default();
            *senses = senses.or(sense);
        }
    });
    for (meaning, words) in WORDS {
        for key in words.split_whitespace().filter_map(key) {
            table.entry(key).or_default().0 = *meaning;
        }
    }
    table
});

type Table = HashMap<u128, (Word, Sense), BuildHasherDefault<Folded>>;

/// The product of a word's two halves, each made odd by a number of its own, with its upper bits folded into the lower ones. The table
/// never grows by what is looked up, so no message can crowd it.
#[derive(Default)]
struct Folded(u64);

impl Hasher for Folded {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u128(u128::from(self.0) << 8 | u128::from(*byte));
        }
    }

    fn write_u128(&mut self, word: u128) {
        let (low, high) = (word as u64, (word >> 64) as u64);
        let product = u128::from(low ^ 0x9e37_79b9_7f4a_7c15) * u128::from(high ^ 0xbf58_476d_1ce4_e5b9);
        self.0 = (product ^ product >> 64) as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[rustfmt::skip]
static WORDS: &[(Word, &str)] = &[
    // Numbers
    (Word::Cardinal(1), "one"), (Word::Cardinal(2), "two"), (Word::Cardinal(3), "three"), (Word::Cardinal(4), "four"),
    (Word::Cardinal(5), "five"), (Word::Cardinal(6), "six"), (Word::Cardinal(7), "seven"), (Word::Cardinal(8), "eight"),
    (Word::Cardinal(9), "nine"), (Word::Cardinal(10), "ten"), (Word::Cardinal(11), "eleven"), (Word::Cardinal(12), "twelve"),
    (Word::Cardinal(13), "thirteen"), (Word::Cardinal(14), "fourteen"), (Word::Cardinal(15), "fifteen"), (Word::Cardinal(16), "sixteen"),
    (Word::Cardinal(17), "seventeen"), (Word::Cardinal(18), "eighteen"), (Word::Cardinal(19), "nineteen"), (Word::Cardinal(20), "twenty"),
    (Word::Cardinal(30), "thirty"), (Word::Cardinal(40), "forty fourty"), (Word::Cardinal(50), "fifty"), (Word::Cardinal(60), "sixty"),
    (Word::Cardinal(70), "seventy"), (Word::Cardinal(80), "eighty"), (Word::Cardinal(90), "ninety"), (Word::Cardinal(0), "zero"),
    (Word::Ordinal(1), "first"), (Word::Ordinal(2), "second"), (Word::Ordinal(3), "third"), (Word::Ordinal(4), "fourth"),
    (Word::Ordinal(5), "fifth"), (Word::Ordinal(6), "sixth"), (Word::Ordinal(7), "seventh"), (Word::Ordinal(8), "eighth"),
    (Word::Ordinal(9), "ninth"), (Word::Ordinal(10), "tenth"), (Word::Ordinal(11), "eleventh"), (Word::Ordinal(12), "twelfth"),
    (Word::Ordinal(13), "thirteenth"), (Word::Ordinal(14), "fourteenth"), (Word::Ordinal(15), "fifteenth"), (Word::Ordinal(16), "sixteenth"),
    (Word::Ordinal(17), "seventeenth"), (Word::Ordinal(18), "eighteenth"), (Word::Ordinal(19), "nineteenth"), (Word::Ordinal(20), "twentieth"),
    (Word::Ordinal(30), "thirtieth"), (Word::OrdinalEnd, "st nd rd th"),
    // Days
    (Word::Weekday(Weekday::Mon), "monday mon monady moday modnay mondy monday's monday’s"),
    (Word::Weekday(Weekday::Tue), "tuesday tuesday's tuesday’s tueday tue tues tusday teusday tuesady tuseday tuesdy"),
    (Word::Weekday(Weekday::Wed), "wednesday wednesday's wednesday’s wed weds wensday wendsday wednsday wendesday wenesday wedensday wednesay wednesdy wednessday wedsday wednesady"),
    (Word::Weekday(Weekday::Thu), "thursday thursday's thursday’s thu thur thurs thrusday thurday thursady thursdy thusday thursay tursday"),
    (Word::Weekday(Weekday::Fri), "friday friday's friday’s fri firday frday friady fridy"),
    (Word::Weekday(Weekday::Sat), "saturday saturday's saturday’s sat saterday satuday saturdy saturady"),
    (Word::Weekday(Weekday::Sun), "sunday sunday's sunday’s sun sundy sunady"),
    (Word::EachWeekday(Weekday::Mon), "mondays"), (Word::EachWeekday(Weekday::Tue), "tuesdays"),
    (Word::EachWeekday(Weekday::Wed), "wednesdays"), (Word::EachWeekday(Weekday::Thu), "thursdays"),
    (Word::EachWeekday(Weekday::Fri), "fridays"), (Word::EachWeekday(Weekday::Sat), "saturdays"),
    (Word::EachWeekday(Weekday::Sun), "sundays"), (Word::Workdays, "weekday weekdays workday workdays"),
    (Word::Month(1), "january jan janurary januray janaury"), (Word::Month(2), "february feb febuary febraury feburary febrary"), (Word::Month(3), "march mar"),
    (Word::Month(4), "april apr apirl aprl"), (Word::Month(5), "may"), (Word::Month(6), "june jun"), (Word::Month(7), "july jul"),
    (Word::Month(8), "august aug agust augst"), (Word::Month(9), "september sep sept septmber setpember septemeber septembr"), (Word::Month(10), "october oct ocotber octuber octobr"),
    (Word::Month(11), "november nov novemeber novmber novembr"), (Word::Month(12), "december dec decemeber decmber decembr"),
    (Word::Near(0), "today todays today's tday"),
    (Word::Near(1), "tomorrow tomorrow's tomorrows tommorow tomorow tommorrow tomorrrow tommorw tomorrw tomorro tomm tommrow tommorrw tmmrw tomrrow tommrrow tmrw tmrow tmr tmw tomo"),
    (Word::Near(2), "overmorrow"), (Word::Near(-1), "yesterday yesterday's yesterday’s"),
    (Word::Tonight, "tonight tonite tonight's"), (Word::Now, "now"),
    // Clocks
    (Word::Half(Half::Am), "am"), (Word::Half(Half::Pm), "pm"), (Word::OClock, "o'clock oclock o’clock o'clocks"),
    (Word::Noon, "noon midday noontime noonish"), (Word::Midnight, "midnight midnite"),
    (Word::Part(Part::Morning), "morning mornings morn"), (Word::Part(Part::Afternoon), "afternoon afternoons arvo"),
    (Word::Part(Part::Evening), "evening evenings"), (Word::Part(Part::Night), "night nights"),
    (Word::Stage(Part::Afternoon, Share::Meal), "lunchtime lunchtimes"), (Word::Stage(Part::Evening, Share::Meal), "dinnertime suppertime"),
    (Word::Meal(Part::Morning), "breakfast"), (Word::Meal(Part::Afternoon), "lunch"), (Word::Meal(Part::Evening), "dinner supper"),
    (Word::HalfOf, "half"), (Word::Quarter, "quarter quarters qtr qtrs"),
    // Lengths
    (Word::Unit(Unit::Second), "seconds secs sec"), (Word::Unit(Unit::Minute), "minute minutes min mins minuets minuts mintues minuites"), (Word::Unit(Unit::Hour), "hour hours hr hrs h hour's houres huors horus"),
    (Word::Unit(Unit::Day), "day days"), (Word::Unit(Unit::Week), "week weeks week's wk wks"), (Word::Unit(Unit::Fortnight), "fortnight fortnights fortnight's fortnight’s"),
    (Word::Unit(Unit::Month), "month months month's mth mths mos"),
    (Word::Unit(Unit::Year), "year years year's yr yrs"),
    (Word::Weekend, "weekend weekends weekend's wkend"),
    (Word::Edge(Edge::Early), "early start"), (Word::Edge(Edge::Middle), "mid middle"), (Word::Edge(Edge::Late), "late"),
    (Word::Edge(Edge::End), "end"), (Word::Edge(Edge::Rest), "rest remainder"),
    (Word::EndOf(Unit::Day), "eod cob eob"), (Word::EndOf(Unit::Week), "eow"), (Word::EndOf(Unit::Month), "eom"), (Word::EndOf(Unit::Year), "eoy"),
    (Word::Feast, "christmas xmas easter halloween thanksgiving juneteenth valentines valentine's valentine’s epiphany pentecost whitsun hogmanay nye \
        candlemas cinco mardi mlk eve fools fool's fool’s"),
    (Word::Every, "every each everyday"), (Word::Often, "weekly daily nightly hourly monthly bimonthly quarterly biweekly fortnightly yearly annually recurring repeating once twice"),
    // Small words
    (Word::At, "at"), (Word::On, "on"), (Word::In, "in"), (Word::For, "for"), (Word::From, "from starting beginning"), (Word::To, "to thru through"),
    (Word::Until, "until till til untill ending ends"), (Word::Between, "between btwn"), (Word::And, "and"), (Word::Or, "or"), (Word::Past, "past"), (Word::After, "after"),
    (Word::Later, "later"), (Word::Earlier, "earlier"),
    (Word::Hence, "hence"), (Word::About, "about regarding re"), (Word::Of, "of"), (Word::The, "the"), (Word::A, "a an"),
    (Word::This, "this"), (Word::Coming, "coming upcoming"), (Word::Next, "next following nxt"),
    (Word::Last, "last previous prev"), (Word::Before, "before prior"), (Word::By, "by"), (Word::Since, "since"), (Word::Ago, "ago"), (Word::Within, "within"), (Word::With, "with w"), (Word::Called, "called named titled entitled title subject"),
    (Word::Time, "time"),
    // What is wanted
    (Word::Verb(Intent::Book), "book schedule add create set make put plan arrange organise organize reserve block fix setup insert enter pencil booking setting creating"),
    (Word::Verb(Intent::Cancel), "cancel delete remove clear undo erase scrap unbook rid"),
    (Word::Verb(Intent::Reschedule), "move reschedule change shift postpone push delay update modify edit rename extend"),
    (Word::Verb(Intent::Query), "show list check find tell see look display read view confirm verify inform search hear accept decline"),
    (Word::Invite, "invite inviting"),
    (Word::Question, "what what's whats when when's where where's who who's whose which how how's why anything any"),
    (Word::Helper, "is are am's do does did has was were will would could can shall should isn't aren't don't didn't"),
    (Word::Greeting, "thanks thank thx hello bye goodbye cheers sorry congratulations"),
    (Word::Thing, "meeting meetings event events appointment appointments slot something entry meet mtg reservation"),
    (Word::Foreign, "alarm alarms timer weather temperature forecast rain raining music song songs playlist volume lights lamp radio podcast \
        tweet recipe recipes vacuum traffic joke jokes"),
    (Word::Calendar, "calendar calender agenda diary calendars"),
    (Word::Filler, "please pls plz kindly hey hi ok okay yes yeah yep sure no nope just i i'd i'll i'm im we we'll let's lets let us me my our you your \
        want wanna need like it its it's that so well um uh also then there be go gonna going have get got new another \
        think really maybe perhaps around approximately approx roughly sharp exactly right asap"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_one_meaning_and_can_be_met() {
        let mut seen = HashMap::new();
        for (meaning, words) in WORDS {
            for word in words.split_whitespace() {
                assert_eq!(seen.insert(word, meaning), None, "{word:?} twice");
                assert_eq!(look_up(word).0, *meaning, "{word:?} is too long");
                assert!(!word.bytes().any(|byte| byte.is_ascii_uppercase()), "{word:?}");
            }
        }
    }
}
