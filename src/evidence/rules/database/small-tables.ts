/** Names of tables that hold what an administrator enters, a handful of rows. */
export const smallTable =
  /(type|kind|role|setting|config|propert(y|ie)|option|method|platform|countr(y|ie)|currenc(y|ie)|locale|language|tag|permission|plan|categor(y|ie)|challenge|strateg(y|ie)|provider|region|status|migration|plugin|feature|scope|domain|connector|librar(y|ies)|floor|department|branch(e)?|banner|faq|menu|theme|template|brand|unit|shift|holiday|webhook|integration)s?(repository|\w{0,8})$/i
