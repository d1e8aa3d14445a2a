//! The phrases of comments, by theme and language.

/// What a comment is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CommentTheme {
    /// The bad release: crashes, exports that fail.
    Release,
    /// An incident: nothing can be reached.
    Outage,
    /// A first answer that came late.
    Waiting,
    /// From one team to another.
    PassedOn,
    /// Reopened, or never resolved.
    Unsolved,
    /// A plan that became dearer.
    Price,
    /// Nothing in particular.
    Ordinary,
}

/// Phrases that say one thing, in each language.
#[derive(Debug)]
pub(super) struct CommentPhrases {
    pub(super) english: &'static [&'static str],
    pub(super) german: &'static [&'static str],
    pub(super) french: &'static [&'static str],
    pub(super) spanish: &'static [&'static str],
}

/// What each theme says.
pub(super) static THEMES: [(CommentTheme, CommentPhrases); 6] = [
    (CommentTheme::Release, RELEASE),
    (CommentTheme::Outage, OUTAGE),
    (CommentTheme::Waiting, WAITING),
    (CommentTheme::PassedOn, PASSED_ON),
    (CommentTheme::Unsolved, UNSOLVED),
    (CommentTheme::Price, PRICE),
];

const RELEASE: CommentPhrases = CommentPhrases {
    english: &[
        "The app keeps crashing since the update.",
        "Export crashes with the new version.",
        "Since the update nothing works as before.",
        "The new version crashes as soon as I open a report.",
        "Please roll back this update, it crashes all the time.",
        "After the update the export button does nothing.",
    ],
    german: &[
        "Seit dem Update stürzt die App ständig ab.",
        "Der Export funktioniert seit dem Update nicht mehr.",
        "Die neue Version stürzt beim Öffnen von Berichten ab.",
    ],
    french: &[
        "L'application plante depuis la mise à jour.",
        "L'export ne marche plus avec la nouvelle version.",
        "Depuis la mise à jour rien ne fonctionne comme avant.",
    ],
    spanish: &[
        "La aplicación se cierra desde la actualización.",
        "La exportación falla con la nueva versión.",
        "Desde la actualización nada funciona como antes.",
    ],
};

const OUTAGE: CommentPhrases = CommentPhrases {
    english: &[
        "The site was down for hours.",
        "We could not sign in all day because of the outage.",
        "Nothing could be reached, and no status page told us.",
        "The outage cost us a day of work.",
    ],
    german: &[
        "Die Seite war stundenlang nicht erreichbar.",
        "Wegen der Störung konnten wir uns nicht anmelden.",
    ],
    french: &[
        "Le site était en panne pendant des heures.",
        "Impossible de se connecter à cause de la panne.",
    ],
    spanish: &[
        "El sitio estuvo caído durante horas.",
        "No pudimos entrar por culpa de la caída.",
    ],
};

const WAITING: CommentPhrases = CommentPhrases {
    english: &[
        "Waited far too long for an answer.",
        "I had to wait days for the first reply.",
        "Why do I have to wait so long?",
        "The wait was too long, but the answer was right.",
    ],
    german: &[
        "Ich musste viel zu lange auf eine Antwort warten.",
        "Die Wartezeit ist viel zu lang.",
    ],
    french: &[
        "J'ai attendu une réponse beaucoup trop longtemps.",
        "Le temps d'attente est trop long.",
    ],
    spanish: &[
        "Tuve que esperar demasiado una respuesta.",
        "El tiempo de espera es demasiado largo.",
    ],
};

const PASSED_ON: CommentPhrases = CommentPhrases {
    english: &[
        "I was passed from one team to another.",
        "Had to explain everything again to the next agent.",
        "Three people asked me the same questions.",
        "Nobody felt responsible, each team sent me to the next.",
    ],
    german: &[
        "Ich wurde von einem Team zum anderen geschickt.",
        "Ich musste alles noch einmal erklären.",
    ],
    french: &[
        "On m'a renvoyé d'une équipe à l'autre.",
        "J'ai dû tout expliquer encore une fois.",
    ],
    spanish: &[
        "Me pasaron de un equipo a otro.",
        "Tuve que explicar todo otra vez.",
    ],
};

const UNSOLVED: CommentPhrases = CommentPhrases {
    english: &[
        "Still not fixed.",
        "The problem came back the next day.",
        "You closed my ticket and the problem is still there.",
        "Third time I write about this.",
    ],
    german: &[
        "Das Problem ist immer noch nicht gelöst.",
        "Der Fehler kam am nächsten Tag wieder.",
    ],
    french: &[
        "Le problème n'est toujours pas résolu.",
        "Le problème est revenu le lendemain.",
    ],
    spanish: &[
        "El problema sigue sin resolverse.",
        "El problema volvió al día siguiente.",
    ],
};

const PRICE: CommentPhrases = CommentPhrases {
    english: &[
        "The new price is hard to justify.",
        "Too expensive since the price went up.",
        "Twenty percent more for the same product.",
        "We look for something cheaper after this price increase.",
    ],
    german: &[
        "Der neue Preis ist zu hoch.",
        "Seit der Preiserhöhung ist es uns zu teuer.",
    ],
    french: &[
        "Le nouveau prix est trop élevé.",
        "Trop cher depuis la hausse du prix.",
    ],
    spanish: &[
        "El nuevo precio es demasiado alto.",
        "Demasiado caro desde la subida del precio.",
    ],
};

/// Those who are content.
pub(super) static PRAISE: CommentPhrases = CommentPhrases {
    english: &[
        "Quick and friendly, thank you!",
        "Solved in one go.",
        "Great help.",
        "The agent knew exactly what to do.",
        "Perfect, as always.",
    ],
    german: &[
        "Schnell und freundlich, danke!",
        "Sehr gute Hilfe, vielen Dank.",
    ],
    french: &[
        "Rapide et aimable, merci !",
        "Très bonne aide, merci beaucoup.",
    ],
    spanish: &[
        "Rápido y amable, ¡gracias!",
        "Muy buena ayuda, muchas gracias.",
    ],
};

/// Those who are neither content nor angry.
pub(super) static NEUTRAL: CommentPhrases = CommentPhrases {
    english: &["It works now.", "Fine, but it took a while.", "OK."],
    german: &["Jetzt geht es.", "In Ordnung."],
    french: &["Ça marche maintenant.", "Correct."],
    spanish: &["Ahora funciona.", "Está bien."],
};

/// Those who are angry.
pub(super) static BLAME: CommentPhrases = CommentPhrases {
    english: &[
        "Not good.",
        "Nobody read my question.",
        "I expected more from you.",
        "Very disappointing.",
    ],
    german: &["Gar nicht gut.", "Ich bin sehr enttäuscht."],
    french: &["Pas bien du tout.", "Je suis très déçu."],
    spanish: &["Nada bien.", "Estoy muy decepcionado."],
};
