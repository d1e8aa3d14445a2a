//! Staff of the desk: teams of different size, agents of different skill and load.

use super::calendar::{DAY, END, SimulationSeconds};
use super::desk::SupportTeam;
use super::rng::{RandomDomain, RandomStream, round, whole};

/// Support agent.
#[derive(Clone, Debug)]
pub(super) struct SupportAgent {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) team: SupportTeam,
    pub(super) level: &'static str,
    pub(super) site: &'static str,
    pub(super) hired: SimulationSeconds,
    pub(super) left: Option<SimulationSeconds>,
    /// Cost of an hour of work, in cents.
    pub(super) hourly_cents: i64,
    /// Quality of the work: standard normal over the desk.
    skill: f64,
    /// Working time relative to the average agent.
    pub(super) pace: f64,
}

impl SupportAgent {
    /// Skill at a moment: new agents start lower and learn over some months.
    pub(super) fn skill(&self, at: SimulationSeconds) -> f64 {
        let months = (at - self.hired).max(0) as f64 / (30.0 * DAY as f64);
        self.skill - 0.6 * libm::exp(-months / 3.0)
    }

    pub(super) fn works(&self, at: SimulationSeconds) -> bool {
        self.hired <= at && self.left.is_none_or(|left| at < left)
    }
}

/// All agents, by id, and the teams.
#[derive(Clone, Debug)]
pub(super) struct SupportStaff {
    agents: Vec<SupportAgent>,
    teams: Vec<Vec<usize>>,
}

/// Shares of the teams; the order is that of [`SupportTeam::ALL`].
const SIZES: &[(SupportTeam, f64)] = &[
    (SupportTeam::Frontline, 42.0),
    (SupportTeam::Technical, 26.0),
    (SupportTeam::Billing, 14.0),
    (SupportTeam::Success, 9.0),
    (SupportTeam::Tier2, 9.0),
];
/// Number of first members of each team who work from the first to the last day.
const LEADS: usize = 2;
const FIRST: &[&str] = &[
    "Ada", "Ben", "Chloe", "Dario", "Elif", "Femi", "Grace", "Hugo", "Ines", "Jonas", "Kavya",
    "Liam", "Mei", "Noor", "Oscar", "Priya", "Quinn", "Rosa", "Sven", "Tara", "Umar", "Vera",
    "Wen", "Yuki", "Zoe",
];
const LAST: &[&str] = &[
    "Adeyemi", "Berg", "Costa", "Dubois", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jensen",
    "Kaur", "Lopez", "Mbeki", "Novak", "Okafor", "Park", "Reyes", "Silva", "Tan", "Weber", "Young",
];

impl SupportStaff {
    /// Draws the staff: about one agent per 2,500 tickets, at least 24.
    pub(super) fn draw(seed: u64, tickets: u64) -> Self {
        let count = 16 + usize::try_from(tickets / 2_500).unwrap_or(usize::MAX / 2);
        let count = count.max(24);
        let mut teams = vec![Vec::new(); SupportTeam::ALL.len()];
        let mut agents = Vec::with_capacity(count);
        for index in 0..count {
            let mut stream = RandomStream::new(seed, RandomDomain::Agent, index as u64, 0);
            let leads = LEADS * teams.len();
            let team = if index < leads {
                SupportTeam::ALL[index / LEADS]
            } else {
                stream.pick(SIZES)
            };
            teams[team as usize].push(index);
            agents.push(SupportAgent::draw(index, team, index < leads, &mut stream));
        }
        for team in &teams {
            center(&mut agents, team);
        }
        Self { agents, teams }
    }

    pub(super) fn all(&self) -> &[SupportAgent] {
        &self.agents
    }

    pub(super) fn by_id(&self, id: i64) -> Option<&SupportAgent> {
        self.agents.get(usize::try_from(id - 1).ok()?)
    }

    /// Picks an agent of `team` who works there at `at`. Early members get more of the work.
    pub(super) fn pick(
        &self,
        team: SupportTeam,
        at: SimulationSeconds,
        stream: &mut RandomStream,
    ) -> &SupportAgent {
        let members = &self.teams[team as usize];
        for _ in 0..6 {
            let u = stream.unit();
            let place = whole(members.len() as f64 * u * libm::sqrt(u));
            let agent = &self.agents[members[place.min(members.len() - 1)]];
            if agent.works(at) {
                return agent;
            }
        }
        &self.agents[members[stream.index(LEADS)]]
    }
}

/// Shifts the skills of a team so that its work, distributed as in [`SupportStaff::pick`], has
/// average quality: the level of a small desk must not depend on the draws of one or two agents.
fn center(agents: &mut [SupportAgent], team: &[usize]) {
    let share = |place: usize| libm::pow(place as f64 / team.len() as f64, 2.0 / 3.0);
    let weighted = |(place, member): (usize, &usize)| {
        agents[*member].skill * (share(place + 1) - share(place))
    };
    let mean: f64 = team.iter().enumerate().map(weighted).sum();
    for member in team {
        agents[*member].skill -= mean;
    }
}

impl SupportAgent {
    fn draw(index: usize, team: SupportTeam, lead: bool, stream: &mut RandomStream) -> Self {
        let before = -round(stream.between(60.0, 1_500.0)) * DAY;
        let joined = round(stream.unit() * END as f64 * 0.9);
        let veteran = stream.chance(0.6);
        let hired = if lead || veteran { before } else { joined };
        let leaves = stream.chance(0.22);
        let stays = round(stream.log_normal(300.0, 0.6)).max(45) * DAY;
        let left = hired.max(0) + stays;
        let level = if lead {
            "lead"
        } else if team == SupportTeam::Tier2 {
            "senior"
        } else {
            stream.pick(&[("junior", 5.0), ("regular", 3.0), ("senior", 2.0)])
        };
        let hourly_cents = match level {
            "junior" => 2_400,
            "regular" => 2_900,
            "senior" => 3_700,
            _ => 4_400,
        };
        Self {
            id: index as i64 + 1,
            name: format!("{} {}", stream.any(FIRST), stream.any(LAST)),
            team,
            level,
            site: stream.pick(&[("boston", 6.0), ("austin", 3.0), ("remote", 2.0)]),
            hired: hired - hired.rem_euclid(DAY),
            left: (!lead && leaves && left < END).then_some(left - left.rem_euclid(DAY)),
            hourly_cents,
            skill: stream.normal(),
            pace: stream.log_normal(1.0, 0.25),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_team_always_has_someone() {
        let staff = SupportStaff::draw(3, 1_000);
        assert_eq!(staff.all().len(), 24);
        let mut stream = RandomStream::new(3, RandomDomain::Life, 0, 0);
        for team in SupportTeam::ALL {
            for at in [0, END / 2, END - 1] {
                let agent = staff.pick(team, at, &mut stream);
                assert!(agent.team == team && agent.works(at));
            }
        }
    }
}
