//! `salesLeads_follow` (线索跟进记录), which the service pushes.

use crate::meta::Others;
use crate::record::record;

record! {
    /// A follow-up of a lead (跟进记录).
    ///
    /// Custom fields, whose names begin with `ext_`, are among its extra members, as text.
    pub FollowUp = "线索跟进记录" (Others::KeptAsTextWith("ext_")) {
        /// The lead's id.
        lead_id: text = "lead_ID", "线索ID";
        /// The lead's code.
        lead_code: text = "lead_code", "线索编码", max(32);
        /// The customer's name.
        lead_name: text = "lead_name", "客户名称", max(32);
        /// How the lead was followed up.
        activity_type: text = "activity_type", "跟进方式", max(32);
        /// What was noted.
        activity_content: text = "activity_content", "跟进内容", max(32);
        /// Where it was.
        location: text = "location", "位置", max(32);
        /// How far from the customer, in metres.
        offset: text = "offset", "偏差(米)", max(32);
        /// The path of a photo in the service's store.
        photo_path: text = "photo_path", "照片路径", max(32);
        /// Who followed up.
        create_by: text = "create_by", "跟进人", max(32);
        /// The department of that person.
        department: text = "department", "跟进人部门", max(32);
        /// When, `yyyy-MM-dd HH:mm`.
        create_at: text = "create_at", "跟进时间", max(32);
    }
}
