//! What a person can ask of the studio: one table, from which keys, buttons, the palette and the key
//! sheet are made. What each does is in `app/run.rs`.

/// Something a person can ask for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Action {
    /// Takes the last step back.
    Undo,
    /// Does again what was taken back last.
    Redo,
    /// Opens something else.
    Open,
    /// Saves into the opened folder, or hands out a zip.
    Save,
    /// Saves into a folder that the person chooses.
    SaveElsewhere,
    /// Hands out everything as a zip.
    ExportZip,
    /// Makes a feature.
    NewFeature,
    /// Shows all features of what is open.
    Features,
    /// Shows earlier states.
    Snapshots,
    /// Makes a link that holds what is open.
    Share,
    /// Adds a unit to the gate of the selected one.
    AddUnit,
    /// Begins a dependency at the selected units, or stops one.
    Connect,
    /// Looks at the draft of a gate, and arms it.
    ReviewGate,
    /// Takes the arming of a gate back.
    DisarmGate,
    /// Says that the selected unit is done.
    MarkDone,
    /// Sets the selected unit going again.
    Rearm,
    /// Stops the selected unit.
    Block,
    /// Puts the feature off, or takes it up again.
    Defer,
    /// Moves the feature's section to the archive.
    Archive,
    /// Plays the plan, or stops playing.
    Play,
    /// Plays one step.
    StepPlay,
    /// Plays to where the run rests.
    PlayToEnd,
    /// Goes back to the begin of the play.
    RewindPlay,
    /// The other way round: the selected units are those that wait.
    ConnectTo,
    /// Takes away the dependencies between the selected units.
    Disconnect,
    /// Gives the selected unit another title and id.
    Rename,
    /// Adds copies of the selected units.
    Duplicate,
    /// Copies the selected units.
    Copy,
    /// Copies the selected units and takes them away.
    Cut,
    /// Adds what was copied.
    Paste,
    /// Takes away what is selected.
    Delete,
    /// Takes units away, and connects what was on both sides.
    DeleteReconnect,
    /// Moves the selected units to the gate before.
    MoveUp,
    /// Moves the selected units to the gate behind.
    MoveDown,
    /// Moves the selected units one place forward in the plan.
    MoveForward,
    /// Moves the selected units one place back in the plan.
    MoveBack,
    /// Adds a gate.
    AddGate,
    /// Moves the gate forward.
    GateUp,
    /// Moves the gate back.
    GateDown,
    /// Takes the gate away.
    DeleteGate,
    /// Selects every unit.
    SelectAll,
    /// Adds to the selection what it waits for.
    Upstream,
    /// Adds to the selection what waits for it.
    Downstream,
    /// Selects the next dependency of the unit.
    NextEdge,
    /// Shows what can be done with the selection.
    Menu,
    /// Hands out the graph as SVG.
    SaveSvg,
    /// Hands out the graph as PNG.
    SavePng,
    /// Copies the graph as Mermaid text.
    CopyMermaid,
    /// Hands out the graph as Mermaid text.
    SaveMermaid,
    /// Shows the ways to hand out the graph.
    Picture,
    /// Finds units.
    Find,
    /// Shows the critical path.
    CriticalPath,
    /// Shows the waves.
    Waves,
    /// Lays the graph out anew.
    Tidy,
    /// Shows all of the graph.
    Fit,
    /// Shows the selected units large.
    ZoomSelection,
    /// Draws the graph in its own size.
    ZoomReset,
    /// Draws the graph larger.
    ZoomIn,
    /// Draws the graph smaller.
    ZoomOut,
    /// Brings the problems up below the graph.
    ShowProblems,
    /// Brings the play up below the graph.
    ShowPlay,
    /// Brings the run up below the graph.
    ShowWatch,
    /// Shows the graph or, in its place, the outline.
    Outline,
    /// Light, dark, or as the system has it.
    Theme,
    /// Finds an action, a unit or a file.
    Palette,
    /// Goes to the next finding.
    NextProblem,
    /// Goes to the finding before.
    PreviousProblem,
    /// Shows the fixes for the caret's line.
    Fixes,
    /// Shows every key.
    Keys,
}

/// Where the palette and the key sheet list an action.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Group {
    /// All of what is open.
    Document,
    /// The plan: units, gates, dependencies.
    Plan,
    /// Trying the plan.
    Run,
    /// How things are shown.
    View,
    /// What lint found.
    Problems,
    /// Finding one's way.
    Help,
}

impl Group {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Group; 6] =
        [Group::Document, Group::Plan, Group::Run, Group::View, Group::Problems, Group::Help];

    /// The heading over its actions.
    pub fn title(self) -> &'static str {
        match self {
            Group::Document => "Document",
            Group::Plan => "Plan",
            Group::Run => "Play",
            Group::View => "View",
            Group::Problems => "Problems",
            Group::Help => "Help",
        }
    }
}

/// What must be there for an action to make sense.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// Something that is open.
    Document,
    /// Something that is open, and a browser that gives out folders.
    Folders,
    /// A selected unit.
    Unit,
    /// Two selected units at least, or a dependency.
    Dependency,
    /// A selected unit or dependency.
    Selection,
    /// A gate: of the selected unit, or the one whose file is shown.
    Gate,
    /// Something that was copied.
    Clip,
    /// A step to take back.
    Undo,
    /// A step that was taken back.
    Redo,
}

/// An action as it is listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// What it is.
    pub action: Action,
    /// What it is called.
    pub title: &'static str,
    /// Its keys, as [`crate::browser::Key::chord`] writes them; the first is the one that is shown.
    pub keys: &'static [&'static str],
    /// Where it is listed.
    pub group: Group,
    /// What must be there for it.
    pub needs: Needs,
}

const fn entry(
    action: Action,
    title: &'static str,
    keys: &'static [&'static str],
    group: Group,
    needs: Needs,
) -> Entry {
    Entry { action, title, keys, group, needs }
}

/// Every action, by group in the order in which it is listed.
pub const ACTIONS: &[Entry] = &[
    entry(Action::Open, "Open", &["Ctrl+O"], Group::Document, Needs::Nothing),
    entry(Action::Save, "Save", &["Ctrl+S"], Group::Document, Needs::Document),
    entry(Action::SaveElsewhere, "Save into another folder", &[], Group::Document, Needs::Folders),
    entry(Action::ExportZip, "Export zip", &["Ctrl+Shift+S"], Group::Document, Needs::Document),
    entry(Action::NewFeature, "New feature", &[], Group::Document, Needs::Nothing),
    entry(Action::Features, "Show another feature", &["Ctrl+P"], Group::Document, Needs::Document),
    entry(Action::Snapshots, "History", &["Ctrl+H"], Group::Document, Needs::Document),
    entry(Action::Share, "Share by link", &[], Group::Document, Needs::Document),
    entry(Action::Picture, "Save the graph as a picture or text", &[], Group::Document, Needs::Document),
    entry(Action::SaveSvg, "Save the graph as SVG", &[], Group::Document, Needs::Document),
    entry(Action::SavePng, "Save the graph as PNG", &[], Group::Document, Needs::Document),
    entry(Action::SaveMermaid, "Save the graph as Mermaid text", &[], Group::Document, Needs::Document),
    entry(Action::CopyMermaid, "Copy the graph as Mermaid text", &[], Group::Document, Needs::Document),
    entry(Action::Undo, "Undo", &["Ctrl+Z"], Group::Document, Needs::Undo),
    entry(Action::Redo, "Redo", &["Ctrl+Shift+Z", "Ctrl+Y"], Group::Document, Needs::Redo),
    entry(Action::AddUnit, "Add a unit to this gate", &["N"], Group::Plan, Needs::Document),
    entry(Action::Connect, "Let another unit wait for the selection", &["C"], Group::Plan, Needs::Unit),
    entry(
        Action::ConnectTo,
        "Let the selection wait for another unit",
        &["Shift+C"],
        Group::Plan,
        Needs::Unit,
    ),
    entry(
        Action::Disconnect,
        "Disconnect the selected units from each other",
        &["X"],
        Group::Plan,
        Needs::Dependency,
    ),
    entry(Action::Rename, "Rename", &["F2"], Group::Plan, Needs::Unit),
    entry(Action::Duplicate, "Duplicate", &["Ctrl+D"], Group::Plan, Needs::Unit),
    entry(Action::Copy, "Copy", &["Ctrl+C"], Group::Plan, Needs::Unit),
    entry(Action::Cut, "Cut", &["Ctrl+X"], Group::Plan, Needs::Unit),
    entry(Action::Paste, "Paste", &["Ctrl+V"], Group::Plan, Needs::Clip),
    entry(Action::Delete, "Delete", &["Delete", "Backspace"], Group::Plan, Needs::Selection),
    entry(
        Action::DeleteReconnect,
        "Delete and reconnect",
        &["Shift+Delete", "Shift+Backspace"],
        Group::Plan,
        Needs::Unit,
    ),
    entry(Action::MoveUp, "Move to the gate before", &["Alt+ArrowUp"], Group::Plan, Needs::Unit),
    entry(Action::MoveDown, "Move to the next gate", &["Alt+ArrowDown"], Group::Plan, Needs::Unit),
    entry(Action::MoveForward, "Move forward in the plan", &["Alt+Shift+ArrowUp"], Group::Plan, Needs::Unit),
    entry(Action::MoveBack, "Move back in the plan", &["Alt+Shift+ArrowDown"], Group::Plan, Needs::Unit),
    entry(Action::AddGate, "Add a gate", &["Shift+G"], Group::Plan, Needs::Document),
    entry(Action::GateUp, "Move this gate forward", &[], Group::Plan, Needs::Gate),
    entry(Action::GateDown, "Move this gate back", &[], Group::Plan, Needs::Gate),
    entry(Action::DeleteGate, "Delete this gate", &[], Group::Plan, Needs::Gate),
    entry(Action::SelectAll, "Select all units", &["Ctrl+A"], Group::Plan, Needs::Document),
    entry(Action::Upstream, "Add what the selection waits for", &["U"], Group::Plan, Needs::Unit),
    entry(Action::Downstream, "Add what waits for the selection", &["D"], Group::Plan, Needs::Unit),
    entry(Action::NextEdge, "Select the next dependency", &["E"], Group::Plan, Needs::Selection),
    entry(
        Action::Menu,
        "Show what can be done here",
        &["Shift+F10", "ContextMenu"],
        Group::Plan,
        Needs::Selection,
    ),
    entry(Action::ReviewGate, "Review and arm a gate", &["G"], Group::Plan, Needs::Document),
    entry(Action::DisarmGate, "Disarm a gate", &[], Group::Plan, Needs::Document),
    entry(Action::MarkDone, "Mark the selected unit done", &[], Group::Plan, Needs::Unit),
    entry(Action::Rearm, "Re-arm the selected unit", &[], Group::Plan, Needs::Unit),
    entry(Action::Block, "Block the selected unit", &[], Group::Plan, Needs::Unit),
    entry(Action::Defer, "Defer the feature, or take it up again", &[], Group::Plan, Needs::Document),
    entry(Action::Archive, "Archive the feature", &[], Group::Plan, Needs::Document),
    entry(Action::Play, "Play the plan, or pause", &["P"], Group::Run, Needs::Document),
    entry(Action::StepPlay, "Play one step", &["."], Group::Run, Needs::Document),
    entry(Action::PlayToEnd, "Play to the end", &[], Group::Run, Needs::Document),
    entry(Action::RewindPlay, "Rewind the play", &[], Group::Run, Needs::Document),
    entry(Action::Find, "Find units", &["/"], Group::View, Needs::Document),
    entry(Action::CriticalPath, "Show the critical path", &["Shift+P"], Group::View, Needs::Document),
    entry(Action::Waves, "Show the waves", &["W"], Group::View, Needs::Document),
    entry(Action::Tidy, "Tidy the graph", &["T"], Group::View, Needs::Document),
    entry(Action::ZoomSelection, "Zoom to the selection", &["Z"], Group::View, Needs::Unit),
    entry(Action::ZoomReset, "Zoom to 100 %", &["0"], Group::View, Needs::Document),
    entry(Action::Fit, "Fit the graph into view", &["F"], Group::View, Needs::Document),
    entry(Action::ZoomIn, "Zoom in", &["+"], Group::View, Needs::Document),
    entry(Action::ZoomOut, "Zoom out", &["-"], Group::View, Needs::Document),
    entry(Action::ShowProblems, "Show the problems", &["1"], Group::View, Needs::Document),
    entry(Action::ShowPlay, "Show the play", &["2"], Group::View, Needs::Document),
    entry(Action::ShowWatch, "Watch the run", &["3"], Group::View, Needs::Document),
    entry(Action::Outline, "Switch between graph and outline", &["O"], Group::View, Needs::Document),
    entry(Action::Theme, "Switch colours: system, light, dark", &[], Group::View, Needs::Nothing),
    entry(Action::NextProblem, "Go to the next problem", &["F8"], Group::Problems, Needs::Document),
    entry(
        Action::PreviousProblem,
        "Go to the problem before",
        &["Shift+F8"],
        Group::Problems,
        Needs::Document,
    ),
    entry(
        Action::Fixes,
        "Show the fixes for this line of the text",
        &["Ctrl+."],
        Group::Problems,
        Needs::Document,
    ),
    entry(
        Action::Palette,
        "Find an action, a unit or a file",
        &["Ctrl+K", "Ctrl+Shift+P"],
        Group::Help,
        Needs::Nothing,
    ),
    entry(Action::Keys, "Show all keys", &["?"], Group::Help, Needs::Nothing),
];

impl Action {
    /// How it is listed.
    pub fn entry(self) -> &'static Entry {
        let position = ACTIONS.iter().position(|entry| entry.action == self);
        // A test below sees to it that every action has its line.
        &ACTIONS[position.unwrap_or_default()]
    }

    /// The action of a chord.
    pub fn of_chord(chord: &str) -> Option<Action> {
        ACTIONS.iter().find(|entry| entry.keys.contains(&chord)).map(|entry| entry.action)
    }

    /// Whether it changes the plan, at once or after a question.
    pub fn changes(self) -> bool {
        use Action::*;
        let whole = matches!(self, Undo | Redo | NewFeature);
        let units = matches!(self, AddUnit | Rename | Duplicate | Cut | Paste | Delete | DeleteReconnect);
        let edges = matches!(self, Connect | ConnectTo | Disconnect);
        let order = matches!(self, MoveUp | MoveDown | MoveForward | MoveBack);
        let gates = matches!(self, AddGate | GateUp | GateDown | DeleteGate | ReviewGate | DisarmGate);
        let states = matches!(self, MarkDone | Rearm | Block | Defer | Archive);
        whole || units || edges || order || gates || states
    }

    /// Its title with its first keys: `Undo (Ctrl+Z)`.
    pub fn hint(self) -> String {
        let entry = self.entry();
        match entry.keys.first() {
            Some(keys) => format!("{} ({})", entry.title, shown(keys)),
            None => entry.title.to_owned(),
        }
    }
}

/// A chord as it is shown: arrows are drawn.
pub fn shown(chord: &str) -> String {
    chord.replace("ArrowUp", "↑").replace("ArrowDown", "↓")
}

/// Whether a chord is one that a text field does not take for itself.
pub fn works_in_fields(chord: &str) -> bool {
    let key = chord.rsplit('+').next().unwrap_or_default();
    let function = key.strip_prefix('F').is_some_and(|n| n.parse::<u8>().is_ok());
    // Selecting, copying and deleting in a field is the field's own.
    let own = matches!(chord, "Ctrl+A" | "Ctrl+C" | "Ctrl+D" | "Ctrl+V" | "Ctrl+X");
    chord.starts_with("Ctrl+") && !own || function || key == "Escape"
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_action_has_one_line_and_no_key_has_two() {
        let actions: BTreeSet<Action> = ACTIONS.iter().map(|entry| entry.action).collect();
        assert_eq!(actions.len(), ACTIONS.len());
        let last = *actions.last().unwrap();
        assert_eq!(actions.len(), last as usize + 1, "every action up to the last has a line");
        let keys: Vec<&str> = ACTIONS.iter().flat_map(|entry| entry.keys).copied().collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "{keys:?}");
    }

    #[test]
    fn groups_stand_together() {
        let groups: Vec<Group> = ACTIONS.iter().map(|entry| entry.group).collect();
        assert!(groups.is_sorted());
        assert!(Group::ALL.iter().all(|group| groups.contains(group)));
    }

    #[test]
    fn a_chord_finds_its_action() {
        assert_eq!(Action::of_chord("Ctrl+Shift+Z"), Some(Action::Redo));
        assert_eq!(Action::of_chord("Ctrl+Q"), None);
        assert_eq!(Action::Undo.hint(), "Undo (Ctrl+Z)");
        assert_eq!(Action::MoveUp.hint(), "Move to the gate before (Alt+↑)");
    }

    #[test]
    fn fields_keep_their_own_keys() {
        for (chord, works) in
            [("Ctrl+Z", true), ("F8", true), ("Escape", true), ("F", false), ("?", false), ("Ctrl+C", false)]
        {
            assert_eq!(works_in_fields(chord), works, "{chord}");
        }
    }
}
