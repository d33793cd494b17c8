//! The verbs of requests, and the small words around them. A verb stands here in the form of a command; its form in -ing is made.
//! May import: `sense`.

use super::sense::Sense;

#[rustfmt::skip]
pub(super) static VERBS: &[(Sense, &str)] = &[
    (Sense::BOOK, "book schedule reserve arrange pencil plan organise organize calendarise calendarize prebook rebook shedule schedual scedule shcedule"),
    (Sense::MAKE, "add create set make put enter insert mark save note log place fix setup block input register record establish host hold do squeeze fit seat allot allocate dedicate devote pop stick throw slot"),
    (Sense::CANCEL, "cancel unbook uncancel cancell scrub scrap abolish annul nix revoke"),
    (Sense::REMOVE, "delete remove clear erase drop wipe clean empty eliminate disregard discard undo reset purge unschedule dismiss strike scratch unset \
        forget ignore skip kill trash deschedule void axe ditch abort abandon cut stop withdraw nuke"),
    (Sense::POSTPONE, "reschedule postpone rearrange rebook prepone reshedule reschedual"),
    (Sense::CHANGE, "loop move change shift push bump delay update modify edit rename extend adjust alter switch swap shorten lengthen prolong \
        advance replace correct amend revise relocate retitle redo slide slip nudge transfer trim stretch"),
    (Sense::LOOK, "show list check find tell see look display read view confirm verify inform search hear locate review recap assure \
        summarise summarize open pull bring lookup know"),
    (Sense::ANSWER, "accept decline rsvp reply respond join"),
    (Sense::REMIND, "remind alert notify ping nudge buzz prompt"),
    (Sense::INVITE, "invite include uninvite disinvite"),
    (Sense::FETCH, "obtain provide get give find have want need grab take secure want"),
    (Sense::DO, "go attend visit meet consult join study practice practise finish pick drop work exercise jog swim walk run hike \
        bike cook bake clean mow wash paint repair fix water feed shop eat drink dine watch see talk speak chat discuss catch celebrate \
        host travel drive fly relax nap sleep rest play train come sync dine"),
    (Sense::ELSEWHERE, "play turn call text tweet order buy pay send email mail message post translate convert define spell calculate \
        compute open start stop resume pause skip shuffle mute unmute increase decrease raise lower dim brighten brew vacuum roll flip \
        toss explain describe sing repeat download upload share follow lock unlock freeze unfreeze report redeem activate deactivate \
        enable disable sync connect pair switch suggest recommend google navigate direct route ship deliver return exchange apply \
        transfer deposit withdraw invest sell rent lease insure file print scan listen watch like rate review complain help teach write \
        compare close launch install restart reboot shut speak say ask answer quit exit abort charge recite locate ping dial ring \
        forward withdraw wait prepare start boil fry roast grill cook bake order divide multiply subtract upgrade renew subscribe unsubscribe"),
];

/// Forms that no rule makes.
#[rustfmt::skip]
pub(super) static FORMS: &[(Sense, &str)] = &[
    (Sense::MAKE.or(Sense::ING), "setting putting"),
    (Sense::BOOK.or(Sense::ING), "planning"),
    (Sense::CANCEL.or(Sense::ING), "cancelling scrapping"),
    (Sense::REMOVE.or(Sense::ING), "dropping wiping"),
    (Sense::CHANGE.or(Sense::ING), "swapping"),
    (Sense::FETCH.or(Sense::ING), "getting"),
    (Sense::DO.or(Sense::ING), "swimming running jogging shopping"),
    (Sense::MOVED, "moved changed rescheduled postponed pushed delayed switched shifted bumped extended relocated rebooked"),
    (Sense::CANCELLED, "cancelled canceled scrapped annulled removed deleted erased"),
    (Sense::PAST, "had went told said asked got did was were met saw been made booked wanted came left took gave thought heard ate felt \
        found bought paid lost won forgot called sent scheduled reserved finished broke died happened enjoyed liked loved missed knew ran started ended began lasted turned"),
];

/// Words that hold a request together.
#[rustfmt::skip]
pub(super) static SMALL: &[(Sense, &str)] = &[
    (Sense::OPENER.or(Sense::SMALL), "please pls plz plese pleas kindly ok okay okey alright yes yeah yep yup sure no nope so well also then just \
        actually now and but um uh hmm oh ah too again great perfect good excellent awesome cool nice fine thanks thank thankyou thx cheers lovely wonderful \
        fantastic right next first finally later anyway however therefore quickly quick real fast asap kind kinda maybe perhaps possibly simply \
        to that sorry excuse pardon instead rather hopefully important urgent hey hi hello hellow hiya heya yo greetings dear sir madam mate buddy guys team \
        siri alexa olly google cortana pda bixby assistant bot chatcal jarvis computer robot man dude since because sounds looks works works very"),
    (Sense::GREETING, "thanks thank thankyou thx cheers bye goodbye hello hey hi hiya congratulations congrats welcome sorry goodnight"),
    (Sense::CHAT, "enjoy happy merry sad tired bored hungry thirsty sick ill exhausted excited awful terrible horrible amazing crazy wow lol haha omg hooray yay \
        ugh damn hell shit fuck weird funny interesting beautiful boring rough wonderful stupid smart love hate lucky proud glad lonely angry mad afraid scared \
        worried nervous stressed wtf idk btw hmm hurray jeez gosh gee sweet cute ugly brilliant impressive welcome sleepy joking kidding morning evening night afternoon"),
    (Sense::WH, "what what's whats what’s wat when when's whens where where's wheres who who's whos whom whose which how how's hows why why's \
        whether anything anyone any"),
    (Sense::AUX, "is are am was were do does did has isn't aren't wasn't weren't doesn't didn't don't haven't hasn't ain't isnt arent didnt doesnt dont havent hasnt \
        will would can could may might shall should won't wouldn't can't couldn't shouldn't is's"),
    (Sense::ME, "i i'd i'll i'm i've im ive we we'd we'll we're we've i’d i’ll i’m i’ve we’d we’ll we’re we’ve"),
    (Sense::OTHERS, "he she it they he's she's it's its that's they're they've he'll she'll they'll you you're you've \
        it’s he’s she’s that’s there there's this these those"),
    (Sense::MINE, "my our mine ours"),
    (Sense::DEFINITE, "the this that next last today's tomorrow's"),
    (Sense::ADVERB, "really just also actually still only definitely probably already now kind sort of kinda always currently urgently desperately \
        certainly simply surely maybe then soon absolutely seriously truly do did am was been be would will 'd 'll have to better best quite"),
    (Sense::NOT, "not don't can't won't couldn't cannot cant dont wont didn't never isn't aren't wasn't wouldn't shouldn't don’t can’t won’t isn’t no nor \
        shan't haven't hasn't didnt doesn't doesnt"),
    (Sense::WISH, "want need like wanna wish hope love prefer rather gotta must should trying looking hoping wanting needing planning interested \
        wondering wonder gonna going supposed require think thinking guess believe considering ought ready curious wanted needed would'd lookin wants needs requires \
        supposed aim intend"),
    (Sense::SMALL, "the a an of for on in at to from with by about and or is are be this that these those some any all me my our your i we you it there \
        up out off as if into onto over between during until till before after around near next last coming upcoming every each current today tonight \
        scheduled planned booked going happening one other another more else have has do does did am was were will can could would new please also"),
];
