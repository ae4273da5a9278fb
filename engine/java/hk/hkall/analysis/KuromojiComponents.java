package hk.hkall.analysis;

import java.io.IOException;
import java.io.StringReader;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.StopFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ja.JapaneseAnalyzer;
import org.apache.lucene.analysis.ja.JapaneseBaseFormFilter;
import org.apache.lucene.analysis.ja.JapaneseIterationMarkCharFilter;
import org.apache.lucene.analysis.ja.JapaneseKatakanaStemFilter;
import org.apache.lucene.analysis.ja.JapaneseNumberFilter;
import org.apache.lucene.analysis.ja.JapanesePartOfSpeechStopFilter;
import org.apache.lucene.analysis.ja.JapaneseReadingFormFilter;
import org.apache.lucene.analysis.ja.JapaneseTokenizer;
import org.apache.lucene.analysis.ja.dict.UserDictionary;

/** Components of the plugin analysis-kuromoji (Japanese). */
final class KuromojiComponents {
    private static final String DEFAULT_STOP_WORDS = "_japanese_";

    private KuromojiComponents() {}

    static void register(Registry registry) {
        registry.charFilter("kuromoji_iteration_mark", List.of("normalize_kanji", "normalize_kana"), (p, index) -> {
            boolean kanji = p.flag("normalize_kanji", JapaneseIterationMarkCharFilter.NORMALIZE_KANJI_DEFAULT);
            boolean kana = p.flag("normalize_kana", JapaneseIterationMarkCharFilter.NORMALIZE_KANA_DEFAULT);
            return reader -> new JapaneseIterationMarkCharFilter(reader, kanji, kana);
        });
        registry.tokenizer("kuromoji_tokenizer",
            List.of("mode", "discard_punctuation", "discard_compound_token", "user_dictionary_rules"),
            (p, index) -> tokenizer(p));
        registry.tokenFilter("kuromoji_baseform", List.of(), (p, index) -> JapaneseBaseFormFilter::new);
        registry.tokenFilter("kuromoji_part_of_speech", List.of("stoptags"), (p, index) -> {
            List<String> given = p.list("stoptags");
            Set<String> tags = given == null ? JapaneseAnalyzer.getDefaultStopTags() : new HashSet<>(given);
            return stream -> new JapanesePartOfSpeechStopFilter(stream, tags);
        });
        registry.tokenFilter("kuromoji_readingform", List.of("use_romaji"), (p, index) -> {
            boolean romaji = p.flag("use_romaji", false);
            return stream -> new JapaneseReadingFormFilter(stream, romaji);
        });
        registry.tokenFilter("kuromoji_stemmer", List.of("minimum_length"), (p, index) -> {
            int length = p.number("minimum_length", JapaneseKatakanaStemFilter.DEFAULT_MINIMUM_LENGTH);
            return stream -> new JapaneseKatakanaStemFilter(stream, length);
        });
        registry.tokenFilter("kuromoji_number", List.of(), (p, index) -> JapaneseNumberFilter::new);
        registry.tokenFilter("ja_stop", List.of("stopwords", "ignore_case"), (p, index) -> stop(p));
    }

    private static Supplier<Tokenizer> tokenizer(Parameters parameters) throws IOException {
        String name = parameters.text("mode", JapaneseTokenizer.DEFAULT_MODE.name());
        JapaneseTokenizer.Mode mode = JapaneseTokenizer.Mode.valueOf(name.toUpperCase(Locale.ROOT));
        boolean punctuation = parameters.flag("discard_punctuation", true);
        boolean compounds = parameters.flag("discard_compound_token", false);
        String rules = parameters.lines("user_dictionary_rules");
        UserDictionary dictionary = rules == null ? null : UserDictionary.open(new StringReader(rules));
        return () -> new JapaneseTokenizer(dictionary, punctuation, compounds, mode);
    }

    private static UnaryOperator<TokenStream> stop(Parameters parameters) {
        List<String> given = parameters.list("stopwords");
        CharArraySet words = new CharArraySet(16, parameters.flag("ignore_case", false));
        for (String word : given == null ? List.of(DEFAULT_STOP_WORDS) : given) {
            if (word.equals(DEFAULT_STOP_WORDS)) {
                words.addAll(JapaneseAnalyzer.getDefaultStopSet());
            } else {
                words.add(word);
            }
        }
        return stream -> new StopFilter(stream, words);
    }
}
