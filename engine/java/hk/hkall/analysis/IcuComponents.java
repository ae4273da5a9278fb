package hk.hkall.analysis;

import com.ibm.icu.text.FilteredNormalizer2;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.text.Transliterator;
import com.ibm.icu.text.UnicodeSet;
import java.util.List;
import org.apache.lucene.analysis.icu.ICUFoldingFilter;
import org.apache.lucene.analysis.icu.ICUNormalizer2CharFilter;
import org.apache.lucene.analysis.icu.ICUNormalizer2Filter;
import org.apache.lucene.analysis.icu.ICUTransformFilter;
import org.apache.lucene.analysis.icu.segmentation.ICUTokenizer;

/** Components of the plugin analysis-icu. */
final class IcuComponents {
    private IcuComponents() {}

    static void register(Registry registry) {
        registry.charFilter("icu_normalizer", List.of("name", "mode", "unicode_set_filter"), (p, index) -> {
            Normalizer2 normalizer = limited(normalizer(p, p.text("mode", "compose")), p);
            return reader -> new ICUNormalizer2CharFilter(reader, normalizer);
        });
        registry.tokenizer("icu_tokenizer", List.of(), (p, index) -> ICUTokenizer::new);
        registry.normalizing("icu_normalizer", List.of("name", "unicode_set_filter"), (p, index) -> {
            Normalizer2 normalizer = limited(normalizer(p, "compose"), p);
            return stream -> new ICUNormalizer2Filter(stream, normalizer);
        });
        registry.normalizing("icu_folding", List.of("unicode_set_filter"), (p, index) -> {
            Normalizer2 normalizer = limited(ICUFoldingFilter.NORMALIZER, p);
            return stream -> new ICUNormalizer2Filter(stream, normalizer);
        });
        registry.normalizing("icu_transform", List.of("id", "dir"), (p, index) -> {
            int direction = p.text("dir", "forward").equals("forward") ? Transliterator.FORWARD : Transliterator.REVERSE;
            Transliterator transliterator = Transliterator.getInstance(p.text("id", "Null"), direction);
            return stream -> new ICUTransformFilter(stream, transliterator);
        });
    }

    private static Normalizer2 normalizer(Parameters parameters, String mode) {
        Normalizer2.Mode how = switch (mode) {
            case "compose" -> Normalizer2.Mode.COMPOSE;
            case "decompose" -> Normalizer2.Mode.DECOMPOSE;
            default -> throw parameters.error("has no mode [" + mode + "]; it is compose or decompose");
        };
        return Normalizer2.getInstance(null, parameters.text("name", "nfkc_cf"), how);
    }

    /** Only characters of the set {@code unicode_set_filter} change; without one, all do. */
    private static Normalizer2 limited(Normalizer2 normalizer, Parameters parameters) {
        String set = parameters.text("unicode_set_filter", null);
        return set == null ? normalizer : new FilteredNormalizer2(normalizer, new UnicodeSet(set).freeze());
    }
}
