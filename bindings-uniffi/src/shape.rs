//! All tables by their names.

use qince_leads::meta::Shape;
use qince_leads::{Endpoint, Error, FollowUp, Record};

/// A table, of what is given or of what is returned.
pub(crate) enum Known {
    Given(&'static Shape),
    Returned(&'static Shape),
}

impl Known {
    /// The table of this name.
    pub(crate) fn named(name: &str) -> Result<Self, Error> {
        let given = Endpoint::ALL.iter().map(|endpoint| endpoint.shape);
        let paged = Endpoint::ALL.iter().filter_map(|endpoint| endpoint.paging);
        let returned = paged.map(|paging| paging.record).chain([FollowUp::SHAPE]);
        let unknown = || Error::InvalidStamp(format!("nothing is called `{name}`"));
        find(given, name)
            .map(Self::Given)
            .or_else(|| find(returned, name).map(Self::Returned))
            .ok_or_else(unknown)
    }
}

/// Looks among tables and those of their parts.
fn find(shapes: impl IntoIterator<Item = &'static Shape>, name: &str) -> Option<&'static Shape> {
    shapes.into_iter().find_map(|shape| {
        let parts: Vec<_> = shape.fields.iter().filter_map(|field| field.kind.part()).collect();
        if shape.name == name { Some(shape) } else { find(parts, name) }
    })
}
