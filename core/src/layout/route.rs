//! Lines that would lie on each other, moved apart.

use super::{Edge, GUTTER};
use crate::ordered;
use std::collections::BTreeMap;

/// An upright piece of a line: in which gutter, from where to where, and which corner begins it.
struct Upright {
    gutter: i64,
    top: f64,
    bottom: f64,
    source: usize,
    edge: usize,
    corner: usize,
}

/// Moves upright pieces that would lie on each other apart, within their gutter. Lines that leave
/// the same unit may share one.
pub(super) fn spread(edges: &mut [Edge]) {
    let mut by_gutter: BTreeMap<i64, Vec<Upright>> = BTreeMap::new();
    for (index, edge) in edges.iter().enumerate() {
        for (corner, pair) in edge.points.windows(2).enumerate() {
            if pair[0].x == pair[1].x && pair[0].y != pair[1].y {
                let gutter = pair[0].x.round() as i64;
                let (top, bottom) = (pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y));
                let piece = Upright { gutter, top, bottom, source: edge.from, edge: index, corner };
                by_gutter.entry(gutter).or_default().push(piece);
            }
        }
    }
    for pieces in by_gutter.values_mut() {
        ordered::sort_by(pieces, |a, b| {
            a.top.total_cmp(&b.top).then(a.source.cmp(&b.source)).then(a.edge.cmp(&b.edge))
        });
        let tracks = tracks(pieces);
        let count = tracks.iter().max().map_or(1, |last| last + 1);
        let step = if count > 1 { ((GUTTER - 28.0) / (count - 1) as f64).min(9.0) } else { 0.0 };
        for (piece, track) in pieces.iter().zip(&tracks) {
            let x = piece.gutter as f64 + (*track as f64 - (count - 1) as f64 / 2.0) * step;
            edges[piece.edge].points[piece.corner].x = x;
            edges[piece.edge].points[piece.corner + 1].x = x;
        }
    }
}

/// The track of each piece: the first on which no other source's piece overlaps it.
fn tracks(pieces: &[Upright]) -> Vec<usize> {
    let mut taken: Vec<Vec<(f64, f64, usize)>> = Vec::new();
    let mut chosen = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let free = |used: &Vec<(f64, f64, usize)>| {
            used.iter().all(|(top, bottom, source)| {
                *source == piece.source || *bottom <= piece.top || piece.bottom <= *top
            })
        };
        let track = taken.iter().position(free).unwrap_or(taken.len());
        if track == taken.len() {
            taken.push(Vec::new());
        }
        taken[track].push((piece.top, piece.bottom, piece.source));
        chosen.push(track);
    }
    chosen
}
