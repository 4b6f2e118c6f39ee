//! Identifiers as types: features and their units (the grammar is in the guide's page on formats).

use std::fmt;

/// A feature's id: `FEAT-YYYY-NNNN`, or `INIT-YYYY-NNNN/FNN` when an orchestrator dispatched it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FeatureId(String);

impl FeatureId {
    /// Reads an id; ASCII digits only.
    pub fn parse(text: &str) -> Option<FeatureId> {
        let ok = match text.split_once('/') {
            None => text.strip_prefix("FEAT-").is_some_and(is_year_and_number),
            Some((init, feature)) => {
                init.strip_prefix("INIT-").is_some_and(is_year_and_number)
                    && feature.strip_prefix('F').is_some_and(|n| digits(n, 2))
            }
        };
        ok.then(|| FeatureId(text.to_owned()))
    }

    /// The id of the feature in a folder of this name (`FEAT-2026-0042-slug`, `INIT-2026-0001-F02-slug`).
    pub fn of_folder(folder: &str) -> Option<FeatureId> {
        let parts: Vec<&str> = folder.splitn(5, '-').collect();
        match parts.as_slice() {
            ["FEAT", year, number, ..] => FeatureId::parse(&format!("FEAT-{year}-{number}")),
            ["INIT", year, number, feature, ..] => {
                FeatureId::parse(&format!("INIT-{year}-{number}/{feature}"))
            }
            _ => None,
        }
    }

    /// The id as a folder's name starts with it: `/` becomes `-`.
    pub fn folder_prefix(&self) -> String {
        self.0.replace('/', "-")
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Year and number: (2026, 42) of `FEAT-2026-0042`.
    pub fn year_and_number(&self) -> (u32, u32) {
        let field = |from: usize| self.0.get(from..from + 4).and_then(|d| d.parse().ok()).unwrap_or(0);
        (field(5), field(10))
    }
}

impl fmt::Display for FeatureId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The part of a unit's id after its feature.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnitName {
    /// `TNN`: work of the feature itself.
    Substantive(u32),
    /// `TNNH`, `TNNH1`…: clears the way for `TNN`.
    Hygiene(u32, Option<u32>),
    /// `G<n>-<NAME>`: closes gate n.
    Closing(u32, ClosingName),
}

/// The names of closing units.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ClosingName {
    /// `CLOSE`
    Close,
    /// `CLOSE-INTERMEDIATE`
    CloseIntermediate,
    /// `PLAN`
    Plan,
    /// `RETRO` (legacy)
    Retro,
    /// `LESSONS` (legacy)
    Lessons,
    /// `DOCS` (legacy)
    Docs,
}

impl ClosingName {
    const ALL: [(ClosingName, &'static str); 6] = [
        (ClosingName::Close, "CLOSE"),
        (ClosingName::CloseIntermediate, "CLOSE-INTERMEDIATE"),
        (ClosingName::Plan, "PLAN"),
        (ClosingName::Retro, "RETRO"),
        (ClosingName::Lessons, "LESSONS"),
        (ClosingName::Docs, "DOCS"),
    ];

    /// Reads a name.
    pub fn parse(text: &str) -> Option<ClosingName> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(value, _)| *value)
    }

    /// The name as written.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(value, _)| *value == self).map_or("", |(_, name)| name)
    }
}

/// A unit's id: `<feature>/<name>`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnitId {
    /// The feature it belongs to.
    pub feature: FeatureId,
    /// Which unit of it.
    pub name: UnitName,
    text: String,
}

impl UnitId {
    /// Reads an id; ASCII digits only.
    pub fn parse(text: &str) -> Option<UnitId> {
        let (feature, name) = text.rsplit_once('/')?;
        let feature = FeatureId::parse(feature)?;
        Some(UnitId { feature, name: UnitName::parse(name)?, text: text.to_owned() })
    }

    /// The id of unit `name` of `feature`.
    pub fn new(feature: FeatureId, name: UnitName) -> UnitId {
        let text = format!("{feature}/{name}");
        UnitId { feature, name, text }
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The part after the feature: `T01`.
    pub fn short(&self) -> &str {
        short(&self.text)
    }
}

/// The part of a unit's id after its last `/`: what people call it.
pub fn short(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}

impl UnitName {
    /// Reads the part after the feature.
    pub fn parse(text: &str) -> Option<UnitName> {
        if let Some(rest) = text.strip_prefix('G') {
            let (gate, name) = rest.split_once('-')?;
            let gate = Some(gate).filter(|g| !g.is_empty() && g.len() <= 4 && digits(g, g.len()))?;
            return Some(UnitName::Closing(gate.parse().ok()?, ClosingName::parse(name)?));
        }
        let rest = text.strip_prefix('T')?;
        let number = rest.get(..2).filter(|n| digits(n, 2))?.parse().ok()?;
        match &rest[2..] {
            "" => Some(UnitName::Substantive(number)),
            "H" => Some(UnitName::Hygiene(number, None)),
            more => {
                let nth = more.strip_prefix('H').filter(|n| n.len() <= 9 && digits(n, n.len()))?;
                Some(UnitName::Hygiene(number, Some(nth.parse().ok()?)))
            }
        }
    }
}

impl fmt::Display for UnitName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnitName::Substantive(n) => write!(f, "T{n:02}"),
            UnitName::Hygiene(n, None) => write!(f, "T{n:02}H"),
            UnitName::Hygiene(n, Some(k)) => write!(f, "T{n:02}H{k}"),
            UnitName::Closing(gate, name) => write!(f, "G{gate}-{}", name.as_str()),
        }
    }
}

impl fmt::Display for UnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn is_year_and_number(text: &str) -> bool {
    text.split_once('-').is_some_and(|(year, number)| digits(year, 4) && digits(number, 4))
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && count > 0 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feature_ids() {
        for good in ["FEAT-2026-0042", "INIT-2026-0001/F02"] {
            assert_eq!(FeatureId::parse(good).map(|i| i.to_string()).as_deref(), Some(good));
        }
        for bad in
            ["INIT-2026-0001", "FEAT-2026-42", "FEAT-2026-0042 ", "feat-2026-0042", "FEAT-２０２６-0042", ""]
        {
            assert_eq!(FeatureId::parse(bad), None, "{bad}");
        }
        let folder = |name| FeatureId::of_folder(name).map(|i| i.to_string());
        assert_eq!(folder("FEAT-2026-0042-a-b").as_deref(), Some("FEAT-2026-0042"));
        assert_eq!(folder("INIT-2026-0001-F02-a-b").as_deref(), Some("INIT-2026-0001/F02"));
        assert_eq!(folder("notes"), None);
        assert_eq!(FeatureId::parse("FEAT-2026-0042").unwrap().year_and_number(), (2026, 42));
    }

    #[test]
    fn unit_ids_read_and_write_alike() {
        for name in
            ["T01", "T12H", "T12H3", "T12H1000", "G1-CLOSE", "G12-CLOSE-INTERMEDIATE", "G2-PLAN", "G1-RETRO"]
        {
            let id = UnitId::parse(&format!("FEAT-2026-0042/{name}")).unwrap();
            assert_eq!(id.name.to_string(), name);
            assert_eq!(id.short(), name);
        }
        for bad in ["T1", "T001", "t01", "T01h", "G-CLOSE", "G1-CLOS", "T01HH", "T０1", "G１-CLOSE"] {
            assert_eq!(UnitId::parse(&format!("FEAT-2026-0042/{bad}")), None, "{bad}");
        }
        assert!(UnitId::parse("INIT-2026-0001/F02/T01").is_some());
        assert_eq!(UnitId::parse("INIT-2026-0001/T01"), None);
    }
}
