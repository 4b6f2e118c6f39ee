//! The checks of `verification.yml` and the index of the roadmap as tables. Each cell is a field; in a
//! narrow panel a row is a card.

use super::field::Typed;
use super::{Item, list, live};
use crate::app::{Studio, When};
use crate::browser;
use crate::command::Command;
use crate::table::{self, Column, Table, TableEdit};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use specfuse_core::path::RelPath;

/// The tables of a file, as they are now.
type Now = Memo<Vec<Table>>;

/// Which table of a file, and of which file.
#[derive(Clone)]
struct Place {
    path: RelPath,
    /// Its set, when the file is one of sets.
    set: Option<String>,
    index: usize,
}

/// The tables of the file at `path`.
pub fn tables(studio: Studio, path: RelPath) -> impl IntoView {
    let file = path.clone();
    let now: Now = Memo::new(move |_| {
        studio.version.track();
        studio.read(|d| table::tables(d, &file)).flatten().unwrap_or_default()
    });
    let sets = studio.read(|d| table::has_sets(d, &path)).unwrap_or(false);
    let new_set = {
        let path = path.clone();
        sets.then(move || adder(studio, path, None, true).into_any())
    };
    let shapes = Memo::new(move |_| {
        now.with(|all| all.iter().map(|table| (table.name.clone(), table.columns.len())).collect::<Vec<_>>())
    });
    let settings = sets.then(|| super::form::form(studio, path.clone()).into_any());
    let item = move |(index, (name, columns)): (usize, (String, usize))| {
        let place = Place { path: path.clone(), set: sets.then(|| name.clone()), index };
        Item {
            key: format!("{index} {columns} {name}"),
            view: live(move || one(studio, place.clone(), now).into_any()),
        }
    };
    view! {
        <div class="tables">
            {list(live(move || shapes.get().into_iter().enumerate().map(&item).collect()))}
            {new_set}
        </div>
        {settings}
    }
}

fn one(studio: Studio, place: Place, now: Now) -> impl IntoView {
    let index = place.index;
    let (name, columns) = now.with_untracked(|all| {
        all.get(index).map(|t| (t.name.clone(), t.columns.clone())).unwrap_or_default()
    });
    let count = Memo::new(move |_| now.with(|all| all.get(index).map_or(0, |table| table.rows.len())));
    let head = |column: &Column| {
        view! { <th scope="col" title=column.meaning>{shown_name(&column.name)}</th> }.into_any()
    };
    let heads: Vec<_> = columns.iter().map(head).collect();
    let add = adder(studio, place.path.clone(), place.set.clone(), false);
    let row = move |at: usize| {
        let (place, columns) = (place.clone(), columns.clone());
        Item {
            key: at.to_string(),
            view: live(move || row(studio, place.clone(), columns.clone(), at, now).into_any()),
        }
    };
    let label = name.clone();
    view! {
        <section class="table" aria-label=label>
            <h3>{name}<span class="count">{live(move || count.get().to_string())}</span></h3>
            <table>
                <thead><tr>{heads}<th><span class="unseen">"Remove"</span></th></tr></thead>
                <tbody>{list(live(move || (0..count.get()).map(&row).collect()))}</tbody>
            </table>
            {add.into_any()}
        </section>
    }
}

fn row(studio: Studio, place: Place, columns: Vec<Column>, at: usize, now: Now) -> impl IntoView {
    let name = live(move || cell_text(now, place.index, at, 0).unwrap_or_default());
    let cells: Vec<_> = columns
        .into_iter()
        .enumerate()
        .map(|(column, shown)| cell(studio, place.clone(), (at, column), shown, now).into_any())
        .collect();
    let remove = Command::Table(TableEdit::Remove { path: place.path, set: place.set, row: at });
    let label = live(move || format!("Remove {}", name()));
    view! {
        <tr>
            {cells}
            <td class="cell-end"><button class="quiet" title="Remove" aria-label=label on:click=move |_| studio.act(&remove)>"×"</button></td>
        </tr>
    }
}

/// A column's name as it is shown: of a key in a map the key alone, as all of them stand side by side.
fn shown_name(name: &str) -> String {
    let key = name.strip_prefix(table::NARROW).and_then(|rest| rest.strip_prefix('.'));
    key.unwrap_or(name).to_owned()
}

fn cell_text(now: Now, table: usize, row: usize, column: usize) -> Option<String> {
    now.with(|all| all.get(table)?.rows.get(row)?.get(column)?.clone())
}

/// What is wrong with a cell.
fn wrong(now: Now, table: usize, row: usize, column: usize) -> Option<String> {
    now.with(|all| {
        let wrong = all.get(table)?.wrong.iter().find(|wrong| (wrong.0, wrong.1) == (row, column))?;
        Some(wrong.2.clone())
    })
}

fn cell(studio: Studio, place: Place, at: (usize, usize), column: Column, now: Now) -> impl IntoView {
    let (row, index) = (at.0, place.index);
    let text = Memo::new(move |_| cell_text(now, index, row, at.1));
    let current = move || text.try_get().flatten().unwrap_or_default();
    let value = live(current);
    let label = format!("{}, row {}", column.name, row + 1);
    let class = if column.wide { "cell wide" } else { "cell" };
    let name = shown_name(&column.name);
    let id = format!("cell-{index}-{row}-{}", at.1);
    let field = Typed::new(studio, id.clone(), current, move |text| {
        let (path, set, column) = (place.path.clone(), place.set.clone(), column.name.clone());
        Some(Command::Table(TableEdit::Cell { path, set, row, column, text }))
    });
    let chosen = field.clone();
    let choose = move |event| chosen.take(event_target_value(&event), When::Chosen);
    let why = live(move || wrong(now, index, row, at.1));
    let closed = column.fixed || text.with_untracked(Option::is_none);
    let input = if closed {
        view! { <span class="cell-fixed">{value}</span> }.into_any()
    } else if !column.words.is_empty() {
        let (words, default) = (column.words, column.default);
        let none = if default.is_empty() { "not set".to_owned() } else { format!("default: {default}") };
        let options = live(move || super::options(&current(), &words, &none));
        view! { <select aria-label=label prop:value=value on:change=choose>{options}</select> }.into_any()
    } else if column.wide {
        view! {
            <textarea id=id rows="1" spellcheck="false" aria-label=label prop:value=field.value()
                on:input=field.typing() on:change=field.left() on:blur=move |_| studio.pause()></textarea>
        }
        .into_any()
    } else {
        view! {
            <input id=id type="text" spellcheck="false" autocomplete="off" aria-label=label placeholder=column.default
                prop:value=field.value() on:input=field.typing() on:change=field.left() on:blur=move |_| studio.pause() />
        }
        .into_any()
    };
    view! { <td class=class data-name=name data-wrong=why>{input}</td> }
}

/// Fields for one more row; with `new_set`, of a set of its own.
fn adder(studio: Studio, path: RelPath, set: Option<String>, new_set: bool) -> impl IntoView {
    let id = format!("add-{}", if new_set { "set" } else { set.as_deref().unwrap_or("row") });
    let of_sets = new_set || set.is_some();
    let (first, second) = if of_sets { ("Name", "Command") } else { ("FEAT-2026-0001", "Title") };
    let form = id.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let mut fields = browser::fields_of(&form);
        let set = if new_set && !fields.is_empty() { Some(fields.remove(0)) } else { set.clone() };
        if let [first, second] = fields.as_slice() {
            let cells = (first.clone(), second.clone());
            if studio.perform(&Command::Table(TableEdit::Add { path: path.clone(), set, cells })) {
                browser::clear_fields(&form);
            } else {
                browser::focus_first(&format!("[id=\"{form}\"] input"));
            }
        }
    };
    let name = new_set.then(|| view! { <input type="text" placeholder="New set" aria-label="Name of a new set" autocomplete="off" /> });
    view! {
        <form id=id class="adder" on:submit=submit>
            {name}
            <input type="text" placeholder=first aria-label=format!("{first} of a new row") autocomplete="off" spellcheck="false" />
            <input type="text" class="wide" placeholder=second aria-label=format!("{second} of a new row") autocomplete="off" spellcheck="false" />
            <button type="submit">"Add"</button>
        </form>
    }
}
