//! Nouns of other worlds, that other programs look after: what is asked about them is not asked of a calendar. In the singular.
//! May import: `sense`.

use super::sense::Sense;

#[rustfmt::skip]
pub(super) static WORLDS: &[(Sense, &str)] = &[
    // Weather
    (Sense::FOREIGN, "weather temperature temp forecast rain raining rainy rainfall snow snowing snowy snowfall sunny sunshine sunset sunrise cloud cloudy storm stormy storming \
        thunderstorm thunder lightning hurricane tornado blizzard hail fog foggy wind windy windspeed humid humidity drizzle degree fahrenheit celsius \
        hot hotter hottest cold colder coldest warm warmer warmest chilly cool climate climatic umbrella raincoat sunscreen sunblock sunglasses precipitation \
        barometer jacket coat gloves scarf sweater layer wear tide pollen uv forcast wheather wether weater"),
    // Alarms, clocks, lists
    (Sense::FOREIGN, "alarm timer stopwatch countdown playlist todo to-do checklist wishlist timezone clock snooze wake"),
    (Sense::FOREIGN, "list task"),
    // Music, films, books, games
    (Sense::FOREIGN, "music song track album artist band lyric radio fm station podcast audiobook audio volume speaker spotify pandora itunes soundtrack \
        genre singer rapper episode season series tv television channel video youtube hulu disney actor actress celebrity cinema film imdb rotten oscar \
        novel author poem quote joke riddle trivia fact pun lottery jackpot jazz rock pop hip-hop classical country rap audible kindle"),
    // Messages, social media, contacts
    (Sense::FOREIGN, "email e-mail emails inbox mail mailbox gmail tweet twitter facebook insta instagram snapchat whatsapp tiktok tinder linkedin reddit \
        text sms message voicemail contact phonebook feed hashtag selfie photo picture post status-update"),
    // Home
    (Sense::FOREIGN, "light lights lamp bulb brightness vacuum roomba thermostat heating heater ac a/c plug socket switch wemo hue oven microwave fridge refrigerator dishwasher \
        washer dryer coffeemaker coffee-maker coffeepot kettle toaster furnace blind curtain sensor doorbell device hoover appliance espresso latte cappuccino"),
    // News, stocks, facts
    (Sense::FOREIGN, "news headline stock share nasdaq dow crypto bitcoin politics political president congress senate poll gdp population capital continent planet \
        dictionary definition meaning synonym spelling word translation language english french spanish german italian dutch \
        chinese japanese korean grammar math equation root-square square history biography age birthplace universe god life humans religion trump wikipedia cnn bbc"),
    (Sense::WORLDLY, "budget membership ebay amazon walmart costco stores article magazine newspaper subscription website internet wifi browser app software laptop iphone ipad android"),
    // Money
    (Sense::FOREIGN, "apr 401k ira mortgage loan payment paycheck salary income wage tax w2 w-2 refund credit debit visa mastercard amex discover card pin \
        routing account balance statement transaction transfer savings checking checkbook checks paycheck spending expense bill fee interest rate limit \
        fraud fraudulent bogus dollar euro pound yen rupee peso currency exchange money cash cost price cheap cheapest coupon cashback reward point \
        deposit bank banking overdraft score invoice purchase spend spent earn owe afford"),
    // Cars
    (Sense::WORLDLY, "tire tyre oil engine brake gas fuel mpg mileage gallon tank battery headlight light windshield odometer transmission car vehicle truck auto automobile"),
    // Travel and transport
    (Sense::TRAVEL, "flight airline airfare fare plane ticket hotel motel hostel airbnb lodging accommodation rental uber lyft cab taxi rideshare train bus subway \
        metro ferry carry-on luggage baggage suitcase apartment condo room-service one-way layover plane-ticket villa resort suite"),
    (Sense::FOREIGN, "traffic route direction directions map gps highway commute distance mile kilometer route passport itinerary visa tourist attraction currency"),
    (Sense::WORLDLY, "pto airport plug converter travel travelling traveling"),
    // Food and shops
    (Sense::FOREIGN, "recipe ingredient calorie nutrition nutritional carb carbs protein sugar sodium vitamin substitute substitution preheat boil cook cooking tablespoon teaspoon cup ounce \
        gram kilogram kilo liter litre menu takeout takeaway delivery order shipping package parcel shipment tracking pizza burger sandwich pasta"),
    (Sense::WORLDLY, "restaurant cafe diner bistro pub bar bakery review rating star store shop supermarket mall milk egg bread cheese chicken"),
    // Work and administration
    (Sense::FOREIGN, "payday request insurance policy premium deductible coverage copay benefit hr raise promotion w4 direct-deposit"),
    // What one asks for instead of an event
    (Sense::FOREIGN, "idea suggestion recommendation tip advice option example help update news description name reason meaning \
        way method instruction tutorial guide step explanation search health loan economy"),
    // The machine itself, and small talk
    (Sense::FOREIGN, "accent voice whisper mode setting settings password username nickname ai robot human hobby pet maker programmer boss's bluetooth \
        coin dice die heads tails remote factory brain feeling girlfriend boyfriend"),
];
