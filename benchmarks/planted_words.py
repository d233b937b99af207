"""Fictional answers to "what should change?", written for the project: eight large subjects and five small concerns.

Of a large subject there are openings and ends of sentences, six of each in each language, every one of which can stand
with every other: good for timing, too alike for judging. A small concern's eight answers were written one by one.
"""

Halves = tuple[tuple[str, ...], tuple[str, ...]]

SUBJECTS: dict[str, dict[str, Halves]] = {
    "waiting": {
        "fr": (
            (
                "J’ai attendu neuf heures à l’urgence",
                "La salle d’attente était pleine toute la nuit",
                "On nous a laissés sur une civière depuis le matin",
                "Le triage a été vite fait, puis plus rien",
                "Mon père a patienté jusqu’à l’aube",
                "L’attente pour une opération dépasse un an",
            ),
            (
                "sans savoir quand on serait vus.",
                "et personne ne nous donnait de nouvelles.",
                "pour cinq minutes avec un médecin.",
                "alors que la douleur empirait.",
                "et nous sommes repartis découragés.",
                "il faudrait au moins afficher les délais.",
            ),
        ),
        "en": (
            (
                "I waited nine hours in the emergency room",
                "The waiting room was full all night",
                "We were left on a stretcher since morning",
                "Triage was quick, then nothing happened",
                "My father sat there until dawn",
                "The wait for surgery is over a year",
            ),
            (
                "with no idea when we would be seen.",
                "and nobody gave us any news.",
                "for five minutes with a doctor.",
                "while the pain got worse.",
                "and we left discouraged.",
                "at least post the expected times.",
            ),
        ),
    },
    "family doctor": {
        "fr": (
            (
                "Je n’ai plus de médecin de famille depuis sa retraite",
                "Impossible d’avoir un rendez-vous à la clinique du quartier",
                "Le guichet d’accès ne rappelle jamais",
                "Ma famille est sur la liste depuis quatre ans",
                "La ligne de la clinique est toujours occupée",
                "Aucun omnipraticien ne prend de nouveaux patients",
            ),
            (
                "et je dois me tourner vers le privé.",
                "il faut se lever à six heures pour une place.",
                "personne ne suit mon dossier.",
                "donnez plus de pouvoirs aux infirmières praticiennes.",
                "ouvrez des plages le soir et la fin de semaine.",
                "même pour renouveler une ordonnance.",
            ),
        ),
        "en": (
            (
                "I have had no family doctor since mine retired",
                "Getting an appointment at the local clinic is impossible",
                "The patient registry never calls back",
                "My family has been on the list for four years",
                "The clinic's line is always busy",
                "No general practitioner takes new patients",
            ),
            (
                "so I have to pay for a private one.",
                "you must get up at six for a spot.",
                "nobody follows my file.",
                "give nurse practitioners more to do.",
                "open evenings and weekends.",
                "even to renew a prescription.",
            ),
        ),
    },
    "mental health": {
        "fr": (
            (
                "Mon fils souffre d’anxiété",
                "La dépression ne se soigne pas avec un dépliant",
                "Il faut des psychologues au public",
                "Après une crise suicidaire",
                "Les jeunes en détresse",
                "Pour la santé mentale",
            ),
            (
                "et la thérapie est hors de prix.",
                "on nous renvoie à une ligne d’écoute.",
                "le suivi s’arrête après trois rencontres.",
                "il n’y a aucun psychiatre disponible.",
                "on a besoin de quelqu’un à qui parler.",
                "les services sont à bout de souffle.",
            ),
        ),
        "en": (
            (
                "My son lives with anxiety",
                "Depression is not treated with a leaflet",
                "We need psychologists in the public system",
                "After a suicidal crisis",
                "For young people in distress",
                "When it comes to mental health",
            ),
            (
                "and therapy costs far too much.",
                "we are sent to a helpline.",
                "follow-up stops after three sessions.",
                "there is no psychiatrist available.",
                "people need someone to talk to.",
                "services are worn out.",
            ),
        ),
    },
    "home care": {
        "fr": (
            (
                "Le soutien à domicile pour ma mère",
                "La préposée qui vient donner le bain",
                "Les heures de répit pour les proches aidants",
                "Vieillir chez soi",
                "Les visites à la maison",
                "M’occuper de mon mari à la maison",
            ),
            (
                "est coupé sans préavis.",
                "change chaque semaine.",
                "demande plus d’aide qu’on n’en reçoit.",
                "m’épuise complètement.",
                "ne suffit pas pour éviter l’hébergement.",
                "devrait passer avant la construction de résidences.",
            ),
        ),
        "en": (
            (
                "Home support for my mother",
                "The aide who comes to give the bath",
                "Respite hours for caregivers",
                "Growing old at home",
                "Visits to the house",
                "Looking after my husband at home",
            ),
            (
                "gets cut without notice.",
                "changes every week.",
                "takes more help than we are given.",
                "wears me out completely.",
                "is not enough to avoid a nursing home.",
                "should come before building residences.",
            ),
        ),
    },
    "staff": {
        "fr": (
            (
                "Les infirmières font du temps supplémentaire obligatoire",
                "Il manque de personnel sur tous les étages",
                "Nos collègues partent vers les agences",
                "Les horaires de travail sont inhumains",
                "On est deux pour trente patients",
                "Les primes promises aux employés",
            ),
            (
                "et les meilleures démissionnent.",
                "augmentez les salaires.",
                "c’est l’épuisement professionnel assuré.",
                "embauchez avant qu’il soit trop tard.",
                "les ratios ne sont jamais respectés.",
                "la direction n’écoute pas l’équipe.",
            ),
        ),
        "en": (
            (
                "Nurses are forced to work overtime",
                "Every floor is short of staff",
                "Our colleagues leave for agencies",
                "Work schedules are inhuman",
                "There are two of us for thirty patients",
                "The bonuses promised to employees",
            ),
            (
                "and the best ones resign.",
                "raise the wages.",
                "burnout is guaranteed.",
                "hire before it is too late.",
                "ratios are never respected.",
                "management does not listen to the team.",
            ),
        ),
    },
    "digital": {
        "fr": (
            (
                "Le portail en ligne du patient",
                "Mon dossier électronique",
                "L’application pour prendre rendez-vous",
                "Les résultats de laboratoire sur Internet",
                "La téléconsultation par vidéo",
                "Le mot de passe du site",
            ),
            (
                "ne fonctionne jamais.",
                "est trop compliqué pour les aînés.",
                "devrait être partagé entre les hôpitaux.",
                "plante dès qu’on ouvre une session.",
                "exige un téléphone récent.",
                "serait utile si c’était simple.",
            ),
        ),
        "en": (
            (
                "The online patient portal",
                "My electronic record",
                "The booking app",
                "Lab results on the internet",
                "Video consultation",
                "The password for the website",
            ),
            (
                "never works.",
                "is too complicated for seniors.",
                "should be shared between hospitals.",
                "crashes as soon as you log in.",
                "needs a recent phone.",
                "would be useful if it were simple.",
            ),
        ),
    },
    "distance": {
        "fr": (
            (
                "Il faut conduire trois heures pour une chimiothérapie",
                "L’hôpital régional a fermé son obstétrique",
                "Aucun autobus ne mène à la clinique",
                "En région éloignée, le spécialiste vient deux fois par an",
                "Le transport vers la ville",
                "Accoucher à deux cents kilomètres de chez soi",
            ),
            (
                "c’est dangereux l’hiver.",
                "nos villages sont oubliés.",
                "l’essence et l’hôtel sont à nos frais.",
                "rapprochez les services des gens.",
                "une navette aiderait beaucoup.",
                "tout est concentré dans les grands centres.",
            ),
        ),
        "en": (
            (
                "We drive three hours for chemotherapy",
                "The regional hospital closed its maternity ward",
                "No bus goes to the clinic",
                "In remote areas the specialist comes twice a year",
                "Transport to the city",
                "Giving birth two hundred kilometres from home",
            ),
            (
                "is dangerous in winter.",
                "our villages are forgotten.",
                "gas and hotel are at our expense.",
                "bring services closer to people.",
                "a shuttle would help a lot.",
                "everything is in the big centres.",
            ),
        ),
    },
    "prevention": {
        "fr": (
            (
                "Parlez de nutrition dans les écoles",
                "L’activité physique gratuite pour tous",
                "La prévention du diabète",
                "Le tabagisme et le vapotage",
                "Les campagnes de vaccination",
                "Le dépistage du cancer du sein",
            ),
            (
                "coûterait moins cher que de soigner.",
                "devrait commencer dès l’enfance.",
                "mérite un vrai budget.",
                "manque de publicité.",
                "protégerait toute la population.",
                "est la meilleure façon de rester en santé.",
            ),
        ),
        "en": (
            (
                "Teaching nutrition in schools",
                "Free physical activity for all",
                "Preventing diabetes",
                "Acting on smoking and vaping",
                "Vaccination campaigns",
                "Breast cancer screening",
            ),
            (
                "would cost less than treatment.",
                "should start in childhood.",
                "deserves a real budget.",
                "needs more publicity.",
                "would protect the whole population.",
                "is the best way to stay healthy.",
            ),
        ),
    },
}

CONCERNS: dict[str, dict[str, tuple[str, ...]]] = {
    "sign language": {
        "fr": (
            "Je suis sourde et il n’y a jamais d’interprète en langue des signes.",
            "Un interprète LSQ devrait être offert aux personnes sourdes à chaque visite.",
            "Mon frère est malentendant, on lui parle avec le masque et il ne peut pas lire sur les lèvres.",
            "Les sourds doivent amener leur enfant pour traduire en signes.",
        ),
        "en": (
            "Deaf people never get a sign language interpreter.",
            "I am hard of hearing and they call my name out loud in the hall.",
            "Please book an ASL interpreter for deaf patients.",
            "My deaf daughter had nobody who could sign with her.",
        ),
    },
    "parking fees": {
        "fr": (
            "Le stationnement de l’hôpital coûte vingt-quatre dollars par jour.",
            "Payer le parking à chaque traitement, c’est une honte.",
            "Les frais de stationnement devraient être gratuits pour les proches.",
            "Il n’y a pas assez de places de stationnement et la borne refuse ma carte.",
        ),
        "en": (
            "Hospital parking costs twenty-four dollars a day.",
            "Parking should be free for people who come for treatment.",
            "The parking machine refused my card and I got a ticket.",
            "I could not find a parking spot and the fee is outrageous.",
        ),
    },
    "hospital food": {
        "fr": (
            "Les repas servis à l’hôpital étaient froids et sans goût.",
            "La nourriture du plateau n’était pas mangeable, ma mère a maigri.",
            "Offrez des menus végétariens et des légumes frais aux malades.",
            "Le déjeuner : une rôtie molle et un jus, ce n’est pas un repas.",
        ),
        "en": (
            "The meals on the ward were cold and tasteless.",
            "Hospital food is awful, my mother stopped eating.",
            "Serve fresh vegetables and a vegetarian menu.",
            "Supper was a soggy sandwich on a tray, nobody ate it.",
        ),
    },
    "indigenous": {
        "fr": (
            "Les Autochtones subissent du racisme dans les hôpitaux.",
            "Respectez les guérisseurs et les traditions des Premières Nations.",
            "Une Atikamekw comme moi a peur d’être jugée par le personnel.",
            "Il faut des agents de liaison inuits et des soins sécurisants pour les Autochtones.",
        ),
        "en": (
            "Indigenous people face racism in hospitals.",
            "Respect First Nations healers and traditions.",
            "As an Inuk woman I am afraid of being judged.",
            "Hire Indigenous liaison workers and offer culturally safe care.",
        ),
    },
    "dental": {
        "fr": (
            "Les soins dentaires devraient être couverts par l’assurance maladie.",
            "Je n’ai pas les moyens d’aller chez le dentiste, j’ai perdu deux dents.",
            "Une carie non traitée m’a conduit à l’infection.",
            "Ajoutez un dentiste et une hygiéniste dans les CLSC.",
        ),
        "en": (
            "Dental care should be covered by public insurance.",
            "I cannot afford the dentist and lost two teeth.",
            "An untreated cavity gave me an infection.",
            "Add a dentist and a hygienist to community clinics.",
        ),
    },
}
