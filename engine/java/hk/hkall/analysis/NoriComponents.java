package hk.hkall.analysis;

import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ko.KoreanNumberFilter;
import org.apache.lucene.analysis.ko.KoreanPartOfSpeechStopFilter;
import org.apache.lucene.analysis.ko.KoreanReadingFormFilter;
import org.apache.lucene.analysis.ko.KoreanTokenizer;
import org.apache.lucene.analysis.ko.POS;
import org.apache.lucene.analysis.ko.dict.UserDictionary;

/** Components of the plugin analysis-nori (Korean). */
final class NoriComponents {
    private NoriComponents() {}

    static void register(Registry registry) {
        registry.tokenizer("nori_tokenizer",
            List.of("decompound_mode", "discard_punctuation", "user_dictionary_rules"), (p, index) -> tokenizer(p));
        registry.tokenFilter("nori_part_of_speech", List.of("stoptags"), (p, index) -> {
            Set<POS.Tag> tags = tags(p.list("stoptags"));
            return stream -> new KoreanPartOfSpeechStopFilter(stream, tags);
        });
        registry.tokenFilter("nori_readingform", List.of(), (p, index) -> KoreanReadingFormFilter::new);
        registry.tokenFilter("nori_number", List.of(), (p, index) -> KoreanNumberFilter::new);
    }

    private static Supplier<Tokenizer> tokenizer(Parameters parameters) throws IOException {
        String name = parameters.text("decompound_mode", KoreanTokenizer.DEFAULT_DECOMPOUND.name());
        KoreanTokenizer.DecompoundMode mode = KoreanTokenizer.DecompoundMode.valueOf(name.toUpperCase(Locale.ROOT));
        boolean punctuation = parameters.flag("discard_punctuation", true);
        String rules = parameters.lines("user_dictionary_rules");
        UserDictionary dictionary = rules == null ? null : UserDictionary.open(new StringReader(rules));
        return () -> new KoreanTokenizer(
            KoreanTokenizer.DEFAULT_TOKEN_ATTRIBUTE_FACTORY, dictionary, mode, false, punctuation);
    }

    private static Set<POS.Tag> tags(List<String> names) {
        if (names == null) {
            return KoreanPartOfSpeechStopFilter.DEFAULT_STOP_TAGS;
        }
        return names.stream().map(POS::resolveTag).collect(Collectors.toSet());
    }
}
