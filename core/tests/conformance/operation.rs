//! The operations by their names.

/// Evaluates an expression with the payload type of the operation of a name.
macro_rules! with_operation {
    ($name:expr, $payload:ident => $known:expr, $other:pat => $unknown:expr $(,)?) => {
        $crate::operation::with_operation! {
            @arms $name, $payload => $known, $other => $unknown,
            [AddLead AddApaasLead ModifyLead ModifyApaasLead RemoveLead QueryLeads QueryApaasLeads]
        }
    };
    (
        @arms $name:expr, $payload:ident => $known:expr, $other:pat => $unknown:expr,
        [$($operation:ident)+]
    ) => {
        match $name {
            $(<qince_leads::$operation as qince_leads::Request>::NAME => {
                type $payload = qince_leads::$operation;
                $known
            })+
            $other => $unknown,
        }
    };
}
pub(crate) use with_operation;
