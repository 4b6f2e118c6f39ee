//! Pictures as a whole: nothing lies on anything, no line runs through a box, and few lines cross.

use super::*;
use proptest::prelude::*;

fn crosses(a: Point, b: Point, rect: &Rect) -> bool {
    a.x.min(b.x) < rect.right()
        && rect.x < a.x.max(b.x)
        && a.y.min(b.y) < rect.bottom()
        && rect.y < a.y.max(b.y)
        || (a.y == b.y
            && rect.y < a.y
            && a.y < rect.bottom()
            && a.x.min(b.x) < rect.right()
            && rect.x < a.x.max(b.x))
        || (a.x == b.x
            && rect.x < a.x
            && a.x < rect.right()
            && a.y.min(b.y) < rect.bottom()
            && rect.y < a.y.max(b.y))
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

fn check(layout: &Layout) {
    for (index, rect) in layout.boxes.iter().enumerate() {
        assert!(
            layout.boxes[..index].iter().all(|other| !overlap(rect, other)),
            "box {index} lies on another"
        );
        assert!(rect.right() < layout.width && rect.bottom() < layout.height, "box {index} is outside");
    }
    for edge in &layout.edges {
        for pair in edge.points.windows(2) {
            assert!(pair[0].x == pair[1].x || pair[0].y == pair[1].y, "{edge:?} is slanted");
            let hit = layout.boxes.iter().position(|rect| crosses(pair[0], pair[1], rect));
            assert_eq!(hit, None, "{edge:?} runs through a box");
        }
    }
}

#[test]
fn the_example_reads_from_left_to_right() {
    let feature = crate::parse::feature(&crate::example::drafted(), &crate::example::folder());
    let layout = Layout::of(&feature);
    check(&layout);
    assert_eq!((layout.bands.len(), layout.boxes.len()), (2, 8));
    assert!(layout.edges.iter().all(|e| layout.boxes[e.from].right() < layout.boxes[e.to].x));
    assert_eq!(layout.boxes[1].x, layout.boxes[2].x, "units that wait for the same stand in one column");
    assert_eq!(layout.neighbour(0, (1, 0)), Some(1));
    assert_eq!(layout.neighbour(0, (-1, 0)), None);
    assert_eq!(layout.neighbour(1, (0, 1)), Some(2));
}

#[test]
fn a_gate_without_units_is_a_band() {
    let layout = Layout::of_graph(&[0..1, 1..1], &[]);
    assert_eq!(layout.bands[1].height, BAND_TITLE + EMPTY_BAND);
    assert_eq!(Layout::of_graph(&[], &[]).boxes, []);
}

#[test]
fn circles_and_nonsense_are_drawn_as_far_as_they_go() {
    let layout =
        Layout::of_graph(std::slice::from_ref(&(0..3)), &[(0, 1), (1, 2), (2, 0), (1, 1), (9, 0), (0, 1)]);
    check(&layout);
    assert_eq!(layout.edges.len(), 3);
    assert!(layout.boxes[0].x < layout.boxes[1].x && layout.boxes[1].x < layout.boxes[2].x);
}

proptest! {
    #[test]
    fn no_line_runs_through_a_box(
        sizes in proptest::collection::vec(0usize..9, 1..4),
        waits in proptest::collection::vec((0usize..24, 0usize..24), 0..40),
    ) {
        let mut start = 0;
        let gates: Vec<_> = sizes.iter().map(|n| { let range = start..start + n; start += n; range }).collect();
        let layout = Layout::of_graph(&gates, &waits);
        check(&layout);
        prop_assert_eq!(layout, Layout::of_graph(&gates, &waits));
    }
}

#[test]
fn many_units_that_wait_for_nothing_stand_side_by_side() {
    let layout = Layout::of_graph(std::slice::from_ref(&(0..30)), &[(0, 1)]);
    check(&layout);
    assert!(layout.height < 1000.0 && layout.width < 1800.0, "{} × {}", layout.width, layout.height);
    assert!(
        Layout::of_graph(std::slice::from_ref(&(0..4)), &[])
            .boxes
            .iter()
            .all(|rect| rect.x == column_left(0))
    );
}

#[test]
fn a_line_is_found_by_a_place_near_it() {
    let layout = Layout::of_graph(std::slice::from_ref(&(0..2)), &[(0, 1)]);
    let middle = Point { x: layout.boxes[0].right() + 20.0, y: layout.boxes[0].y + BOX_HEIGHT / 2.0 };
    assert_eq!(
        layout.edge_near(Point { y: middle.y + 4.0, ..middle }, 5.0).map(|e| (e.from, e.to)),
        Some((0, 1))
    );
    assert_eq!(layout.edge_near(Point { y: middle.y + 40.0, ..middle }, 5.0), None);
}

#[test]
fn lines_that_need_not_cross_do_not() {
    // Two chains, given crosswise; and a fan in the wrong order.
    let crosswise = [(0, 3), (1, 2), (2, 5), (3, 4), (4, 7), (5, 6)];
    let mut arrangement = arranged(0..8, &crosswise);
    assert!(arrangement.crossings() > 0);
    arrangement.order();
    assert_eq!(arrangement.crossings(), 0);
}

#[test]
fn crossings_are_counted_as_pairs() {
    let waits = [(0, 3), (0, 4), (1, 2), (1, 4), (2, 5), (1, 5), (3, 5)];
    let arrangement = arranged(0..6, &waits);
    let place =
        |slot: usize| arrangement.columns.iter().find_map(|c| c.iter().position(|s| *s == slot)).unwrap();
    let mut count = 0;
    for column in &arrangement.columns {
        let lines: Vec<(usize, usize)> =
            column.iter().flat_map(|s| arrangement.left[*s].iter().map(move |l| (*l, *s))).collect();
        for (at, one) in lines.iter().enumerate() {
            for two in &lines[..at] {
                let (left, right) = (place(one.0).cmp(&place(two.0)), place(one.1).cmp(&place(two.1)));
                count += usize::from(left != right && left.is_ne() && right.is_ne());
            }
        }
    }
    assert_eq!(arrangement.crossings(), count);
}

fn arranged(units: Range<usize>, waits: &[(usize, usize)]) -> Arrangement {
    Arrangement::of(&units, &arrange::layers(&units, waits), waits)
}

proptest! {
    #[test]
    fn what_is_drawn_again_lies_on_nothing(
        sizes in proptest::collection::vec(1usize..8, 1..4),
        waits in proptest::collection::vec((0usize..20, 0usize..20), 0..30),
        places in proptest::collection::vec(proptest::option::of((0usize..5, 0.0f64..400.0)), 20),
    ) {
        let mut start = 0;
        let gates: Vec<_> = sizes.iter().map(|n| { let range = start..start + n; start += n; range }).collect();
        let known = |key: Key| match key {
            Key::Unit(unit) | Key::Lane(unit, ..) => places.get(unit).copied().flatten(),
        };
        check(&Layout::draw(&gates, &waits, &known));
    }
}
