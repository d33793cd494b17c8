//! Nouns of calendars: the calendar, what stands in it, what happens at a time and so can stand in it. In the singular; plurals are
//! made. May import: `sense`.

use super::sense::Sense;

#[rustfmt::skip]
pub(super) static NOUNS: &[(Sense, &str)] = &[
    (Sense::CALENDAR, "calendar lineup line-up calender calander calendr calandar calndar agenda diary schedule scheduel planner timetable itinerary ical gcal outlook"),
    (Sense::EVENT, "meeting event appointment reservation booking mtg appt appointmnt appoinment apointment appointement reservaton reservations \
        meting metting meetng meeing evnt evet meetup engagement session slot invite invitation entry table booth conference commitment obligation"),
    (Sense::EVENT.or(Sense::PLURAL), "plans"),
    (Sense::EVENT, "get-together gettogether one-on-one standup stand-up sync retro retrospective kickoff kick-off huddle briefing debrief check-in checkin catch-up catchup \
        offsite townhall all-hands teleconference videoconference webinar workshop seminar"),
    (Sense::REMINDER, "reminder notification alert remainder notice nudge"),
    (Sense::ATTRIBUTE, "location venue place time duration length title description attendee guest participant invitee organizer organiser \
        start end beginning date recurrence"),
    (Sense::FREE, "open reserved scheduled planned free busy available availability availabilities opening openness unavailable booked occupied vacant freetime gap avail"),
    // Health and care
    (Sense::OCCASION.or(Sense::PERSON), "dentist doctor physician vet veterinarian optometrist ophthalmologist dermatologist orthodontist psychiatrist \
        psychologist therapist chiropractor gynecologist gynaecologist pediatrician paediatrician cardiologist surgeon physio physiotherapist midwife gp optician \
        urologist neurologist hairdresser barber stylist groomer babysitter repairman plumber electrician handyman contractor gardener landscaper exterminator tutor \
        notary accountant lawyer attorney realtor mechanic advisor adviser consultant"),
    (Sense::OCCASION, "checkup check-up physical surgery therapy physiotherapy therapy mri x-ray xray scan ultrasound vaccination vaccine jab immunization bloodwork cleaning filling \
        root-canal consultation consult screening biopsy colonoscopy mammogram dialysis chemo chemotherapy counseling counselling rehab hearing eye-exam"),
    (Sense::OCCASION, "haircut salon manicure pedicure facial massage spa sauna waxing tattoo makeover grooming trim"),
    // Work and school
    (Sense::OCCASION, "call interview presentation demo training review class lesson course lecture exam test quiz midterm final recital rehearsal practice tutorial \
        deadline graduation orientation onboarding seminar talk keynote panel summit symposium convention expo fair conference reunion \
        shift tour visit inspection audit hearing trial court deposition launch release sprint planning brainstorm brainstorming discussion negotiation \
        homework study assignment project thesis defense defence tutoring internship school work job standdown retreat office-hours parents-evening committee \
        council board shareholder staff briefing pitch showcase open-house viewing showing walkthrough training drill"),
    // Meals
    (Sense::OCCASION, "breakfast lunch dinner brunch supper luncheon coffee tea drinks meal barbecue barbeque bbq cookout potluck picnic banquet buffet happy-hour \
        tasting wine-tasting toast date-night drink beers feast tacos lunchtime dinnertime"),
    // Sport
    (Sense::OCCASION, "gym yoga pilates workout jog run walk hike swim swimming running jogging hiking cycling biking golf golfing tennis football soccer baseball \
        basketball volleyball hockey cricket rugby softball lacrosse badminton squash racquetball bowling skiing snowboarding skating surfing sailing kayaking canoeing \
        rowing climbing fishing hunting boxing karate judo wrestling fencing gymnastics crossfit zumba spinning aerobics marathon triathlon race regatta \
        match game tournament championship playoff scrimmage practice meet tryout training paintball dodgeball laser-tag polo archery ride rafting \
        camping scuba diving kickboxing meditation superbowl derby workout"),
    // Culture and leisure
    (Sense::OCCASION, "party concert movie theater theatre play musical opera ballet recital show exhibition exhibit museum gallery festival parade carnival circus \
        fireworks gala ball prom dance fundraiser auction raffle rally protest ceremony premiere screening gig club karaoke trivia poker chess bingo \
        bookclub outing excursion trip vacation holiday cruise getaway tour safari staycation roadtrip road-trip sightseeing beach zoo aquarium park camp \
        barbecue bonfire sleepover playdate plan crawl market sale shopping errand netflix binge raceday hackathon meetup jam reading crawl donut"),
    // Family and faith
    (Sense::OCCASION, "birthday bday anniversary wedding engagement christening baptism communion confirmation funeral memorial burial shower babyshower baby-shower \
        bachelor bachelorette stag hen graduation homecoming quinceañera campout reunion \
        church mass service temple mosque synagogue bible prayer choir sermon sabbath quinceanera bar-mitzvah mitzvah celebration farewell housewarming"),
    // Home and errands
    (Sense::OCCASION, "babysitting daycare pickup drop-off dropoff pick-up delivery install installation repair movers maintenance tune-up tuneup checkup inspection laundry chore groceries grocery gardening yardwork \
        appraisal closing signing moving garage-sale trash recycling renovation"),
    (Sense::OCCASION, "interviewing nap break errands siesta bedtime me-time downtime ooo leave day-off lesson sabbatical workday jury duty voting election"),
];
