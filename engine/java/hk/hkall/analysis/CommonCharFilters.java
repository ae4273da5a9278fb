package hk.hkall.analysis;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.charfilter.MappingCharFilter;
import org.apache.lucene.analysis.charfilter.NormalizeCharMap;
import org.apache.lucene.analysis.pattern.PatternReplaceCharFilter;
import org.elasticsearch.common.regex.Regex;

/** Char filters of the module analysis-common. */
final class CommonCharFilters {
    private CommonCharFilters() {}

    static void register(Registry registry) {
        registry.charFilter("mapping", List.of("mappings!"), (p, index) -> {
            NormalizeCharMap map = MappingRules.parse(p.list("mappings"));
            return reader -> new MappingCharFilter(map, reader);
        });
        registry.charFilter("pattern_replace", List.of("pattern!", "replacement", "flags"), (p, index) -> {
            Pattern pattern = Regex.compile(p.text("pattern", ""), p.text("flags", null));
            String replacement = p.text("replacement", "");
            return reader -> new PatternReplaceCharFilter(pattern, replacement, reader);
        });
    }
}
