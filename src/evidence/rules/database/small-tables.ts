const few =
  '(type|kind|role|administrator|stock_?location|setting|config|propert(y|ie)|option|method|platform|countr(y|ie)|currenc(y|ie)|locale|language|tag|permission|plan|categor(y|ie)|challenge|strateg(y|ie)|provider|region|status|migration|plugin|feature|scope|domain|connector|librar(y|ies)|floor|department|branch(e)?|banner|faq|menu|theme|template|brand|unit|shift|holiday|webhook|integration|degree|(job_?)?title|section|class(es)?|classroom|subject|grade|semester|academic_?year|warehouse|skill|speciali?t(y|ies)|league|genre|sector|industr(y|ie)|level|badge|gallery|galleries|slide(r)?|testimonial|partner|sponsor)'

/** Names of tables that hold what an administrator enters, a handful of rows. */
export const smallTable = new RegExp(`${few}s?(repository|\\w{0,8})$`, 'i')

/** As `smallTable`, of names that say nothing else: a `UserRole` joins two tables and grows. */
export const fewRows = new RegExp(`^${few}s?(schema|model|entity|table|repository)?$`, 'i')

/** Names of lists that become longer as long as the service runs. */
export const growingList =
  /(comment|message|post|order|review|like|follow(er|ing)|notification|transaction|activit(y|ie)|reply|replie|event|booking|answer|submission|subscriber|tweet|log|payment|invoice|visit)s?(model|schema|entity|repository|repo|collection)?$|likedBy$/i
