//! Groups of words that the rules of places, names and times ask for; what each group is, [`Sense`] tells. May import: `intent`'s senses.

use super::intent::Sense;

#[rustfmt::skip]
pub(super) static GROUPS: &[(Sense, &str)] = &[
    // Places
    (Sense::MEDIUM, "zoom teams skype webex hangouts facetime whatsapp slack discord signal telegram phone telephone video meet jitsi gotomeeting \
        googlemeet"),
    (Sense::SORT, "room rm office building house home place apartment flat garden backyard yard kitchen lobby cafeteria canteen lab library school \
        gym church hall park garage restaurant bar pub cafe café hotel station airport hospital clinic studio theater theatre cinema mall store shop \
        bank beach club court stadium arena center centre auditorium basement rooftop hq headquarters downtown city street avenue plaza museum \
        boardroom road lane boulevard floor patio deck roof lounge suite market salon pool field campus classroom foyer atrium closet bakery diner \
        grill tavern inn lodge chapel temple mosque synagogue courthouse warehouse factory workshop gallery zoo aquarium ballroom hallway corridor \
        terrace balcony porch track rink harbor harbour mt mount mountain lake river island trail bridge square pier village town farm ranch cabin \
        camp"),
    (Sense::NO_PLACE, "least most once all any some that this these those which what first last same latest earliest usual moment end start beginning \
        middle front top bottom brunch sunset sunrise dawn dusk bedtime closing close eod cob eob lunchtime dinnertime advance person total detail \
        details case order addition general short private progress charge between future past meantime meanwhile loop event works name mood spanish \
        english french german writing bulk particular fact response reply regards regard relation preparation honor honour memory favor need question \
        list schedule opinion absence mind inbox about it them him her me us you there here risk large length odds ease will times rate note subject \
        description title reminder reminders it's touch contact turn place rest process town's such tune"),
    (Sense::PAST_PLACE, "so then because if when while before since as by via over but not where which during again instead to is are was will and \
        repeat repeating every per off sometime early late later today discuss scheduled without except lasting starting under open"),
    // Names
    // Whom everybody knows without a name
    (Sense::NO_NAME, "him her them his their she they he someone somebody anyone anybody everyone everybody nobody people others guests attendees \
        participants invitees both all each whoever"),
    // Groups and offices
    (Sense::NO_NAME, "team teams staff group crew board management friends family coworkers colleagues clients client customers customer kids parents \
        boys girls guys reports directs hr it sales marketing engineering finance legal students employees members clerks partners vendors candidates \
        neighbors doctor dentist boss manager supervisor therapist lawyer barber vet teacher trainer"),
    // What a meeting may come with
    (Sense::NO_NAME, "lots some two no more video link links zoom meet notes reminder reminders invitation invite start end breaks break drinks food \
        coffee tea cake music regard regards respect room attached care only just these those that plus possible optional title location"),
    // Words that follow a name, and are none of it
    (Sense::NO_NAME, "regarding concerning re discuss because if when while before since as by via over but not who whom during again too instead \
        online remotely virtually downtown outside afterwards later early late sometime somewhere directly first last except including without near \
        around called named where which alone together privately briefly sometimes usually onsite either earlier every beforehand today asap soon \
        here there home repeat repeating per into off is are was will lasting starts starting scheduled planned booked arranged ends until upon under \
        within do does has have"),
    // Around a name
    (Sense::TITLE, "dr mr mrs ms mx prof professor doctor sir coach uncle aunt auntie father pastor judge"),
    (Sense::PARTICLE, "de da di del della van von der den la le bin ibn al el ten ter"),
    (Sense::ROLE, "partner friend boss manager supervisor colleague coworker teammate assistant client customer lawyer doctor dentist therapist \
        teacher trainer coach brother sister son daughter wife husband girlfriend boyfriend fiance fiancee cousin uncle aunt nephew niece neighbor \
        neighbour mentor intern"),
    // Times
    (Sense::AMOUNT, "couple pair few several dozen hundred pt p all whole entire full ½ ¼ ¾"),
    (Sense::WHEN, "during throughout over all current closest nearest around approximately approx roughly circa finish finishes finishing close as asap \
        earliest soonest additional extra solid straight good more business working work spring springtime summer summertime autumn fall winter wintertime q w kw cw t z utc gmt \
        penultimate midweek midmonth midyear midmorning midafternoon nighttime not except excluding apart"),
    (Sense::EVENING, "party parties drinks beer beers cocktails pub concert gig movie movies cinema theatre theater opera prom gala karaoke nightclub \
        fireworks"),
];
