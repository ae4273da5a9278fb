package hk.hkall.analysis;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cjk.CJKBigramFilter;
import org.apache.lucene.analysis.cjk.CJKWidthFilter;
import org.apache.lucene.analysis.compound.CompoundWordTokenFilterBase;
import org.apache.lucene.analysis.compound.DictionaryCompoundWordTokenFilter;
import org.apache.lucene.analysis.core.FlattenGraphFilter;
import org.apache.lucene.analysis.de.GermanNormalizationFilter;
import org.apache.lucene.analysis.el.GreekLowerCaseFilter;
import org.apache.lucene.analysis.miscellaneous.ASCIIFoldingFilter;
import org.apache.lucene.analysis.miscellaneous.LengthFilter;
import org.apache.lucene.analysis.miscellaneous.LimitTokenCountFilter;
import org.apache.lucene.analysis.miscellaneous.RemoveDuplicatesTokenFilter;
import org.apache.lucene.analysis.miscellaneous.SetKeywordMarkerFilter;
import org.apache.lucene.analysis.miscellaneous.TrimFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterIterator;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.apache.lucene.analysis.reverse.ReverseStringFilter;
import org.apache.lucene.analysis.tr.TurkishLowerCaseFilter;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.lucene.analysis.miscellaneous.DisableGraphAttribute;

/** Token filters of the module analysis-common; {@code stop} and {@code shingle} are the server's own. */
final class CommonTokenFilters {
    private CommonTokenFilters() {}

    static void register(Registry registry) {
        folding(registry);
        stemming(registry);
        cutting(registry);
        splitting(registry);
    }

    private static void folding(Registry registry) {
        registry.normalizing("lowercase", List.of("language"), (p, index) -> lowercase(p));
        registry.normalizing("asciifolding", List.of("preserve_original"), (p, index) -> {
            boolean both = p.flag("preserve_original", false);
            return stream -> new ASCIIFoldingFilter(stream, both);
        }, stream -> new ASCIIFoldingFilter(stream, false));
        registry.normalizing("cjk_width", List.of(), (p, index) -> CJKWidthFilter::new);
        registry.normalizing("german_normalization", List.of(), (p, index) -> GermanNormalizationFilter::new);
        registry.normalizing("trim", List.of(), (p, index) -> TrimFilter::new);
        registry.normalizing("elision", List.of("articles!", "articles_case"), (p, index) -> {
            CharArraySet articles = p.words("articles", p.flag("articles_case", false));
            return stream -> new ElisionFilter(stream, articles);
        });
        registry.normalizing("pattern_replace", List.of("pattern!", "replacement", "flags", "all"), (p, index) -> {
            Pattern pattern = Regex.compile(p.text("pattern", ""), p.text("flags", null));
            String replacement = p.text("replacement", "");
            boolean all = p.flag("all", true);
            return stream -> new PatternReplaceFilter(stream, pattern, replacement, all);
        });
    }

    private static UnaryOperator<TokenStream> lowercase(Parameters parameters) {
        String language = parameters.word("language", "");
        return switch (language) {
            case "" -> LowerCaseFilter::new;
            case "greek" -> GreekLowerCaseFilter::new;
            case "turkish" -> TurkishLowerCaseFilter::new;
            default -> throw parameters.error("has no rules for the language [" + language + "]");
        };
    }

    private static void stemming(Registry registry) {
        registry.tokenFilter("stemmer", List.of("language", "name"), (p, index) -> Stemmers.of(p));
        registry.tokenFilter("keyword_marker", List.of("keywords!", "ignore_case"), (p, index) -> {
            CharArraySet keywords = p.words("keywords", p.flag("ignore_case", false));
            return stream -> new SetKeywordMarkerFilter(stream, keywords);
        });
        registry.tokenFilter("remove_duplicates", List.of(), (p, index) -> RemoveDuplicatesTokenFilter::new);
    }

    private static void cutting(Registry registry) {
        registry.tokenFilter("reverse", List.of(), (p, index) -> ReverseStringFilter::new);
        registry.tokenFilter("truncate", List.of("length!"), (p, index) -> {
            int length = p.number("length", 0);
            return stream -> new TruncateTokenFilter(stream, length);
        });
        registry.tokenFilter("length", List.of("min", "max"), (p, index) -> {
            int min = p.number("min", 0);
            int max = p.number("max", Integer.MAX_VALUE);
            return stream -> new LengthFilter(stream, min, max);
        });
        registry.tokenFilter("limit", List.of("max_token_count", "consume_all_tokens"), (p, index) -> {
            int count = p.number("max_token_count", 1);
            boolean consume = p.flag("consume_all_tokens", false);
            return stream -> new LimitTokenCountFilter(stream, count, consume);
        });
    }

    private static void splitting(Registry registry) {
        registry.tokenFilter("cjk_bigram", List.of("ignored_scripts", "output_unigrams"), (p, index) -> cjkBigram(p));
        registry.tokenFilter("edge_ngram", List.of("min_gram", "max_gram", "preserve_original"), (p, index) -> {
            int min = p.number("min_gram", 1);
            int max = p.number("max_gram", 2);
            boolean original = p.flag("preserve_original", false);
            return stream -> new EdgeNGramTokenFilter(stream, min, max, original);
        });
        registry.tokenFilter("ngram", List.of("min_gram", "max_gram", "preserve_original"), (p, index) -> {
            int min = p.number("min_gram", 1);
            int max = p.number("max_gram", 2);
            CommonTokenizers.checkDifference(p, min, max, index);
            boolean original = p.flag("preserve_original", false);
            return stream -> new NGramTokenFilter(stream, min, max, original);
        });
        registry.tokenFilter("flatten_graph", List.of(), (p, index) -> FlattenGraphFilter::new);
        registry.tokenFilter("word_delimiter_graph", WORD_DELIMITER_PARAMETERS, (p, index) -> wordDelimiter(p));
        registry.tokenFilter("dictionary_decompounder",
            List.of("word_list!", "min_word_size", "min_subword_size", "max_subword_size", "only_longest_match"),
            (p, index) -> decompounder(p));
    }

    private static UnaryOperator<TokenStream> cjkBigram(Parameters parameters) {
        List<String> ignored = parameters.list("ignored_scripts");
        int scripts = CJKBigramFilter.HAN | CJKBigramFilter.HIRAGANA | CJKBigramFilter.KATAKANA | CJKBigramFilter.HANGUL;
        for (String script : ignored == null ? List.<String>of() : ignored) {
            scripts &= ~script(script, parameters);
        }
        int kept = scripts;
        if (!parameters.flag("output_unigrams", false)) {
            return stream -> new CJKBigramFilter(stream, kept, false);
        }
        return stream -> {
            CJKBigramFilter filter = new CJKBigramFilter(stream, kept, true);
            // One- and two-character tokens overlap: queries must not enumerate the paths of that graph.
            filter.addAttribute(DisableGraphAttribute.class);
            return filter;
        };
    }

    private static int script(String name, Parameters parameters) {
        return switch (name) {
            case "han" -> CJKBigramFilter.HAN;
            case "hiragana" -> CJKBigramFilter.HIRAGANA;
            case "katakana" -> CJKBigramFilter.KATAKANA;
            case "hangul" -> CJKBigramFilter.HANGUL;
            default -> throw parameters.error("does not know the script [" + name + "]");
        };
    }

    private static final List<String> WORD_DELIMITER_PARAMETERS = List.of(
        "generate_word_parts", "generate_number_parts", "catenate_words", "catenate_numbers", "catenate_all",
        "split_on_case_change", "preserve_original", "split_on_numerics", "stem_english_possessive",
        "ignore_keywords", "adjust_offsets", "protected_words");

    private static UnaryOperator<TokenStream> wordDelimiter(Parameters parameters) {
        int flags = flag(parameters, "generate_word_parts", true, WordDelimiterGraphFilter.GENERATE_WORD_PARTS)
            | flag(parameters, "generate_number_parts", true, WordDelimiterGraphFilter.GENERATE_NUMBER_PARTS)
            | flag(parameters, "catenate_words", false, WordDelimiterGraphFilter.CATENATE_WORDS)
            | flag(parameters, "catenate_numbers", false, WordDelimiterGraphFilter.CATENATE_NUMBERS)
            | flag(parameters, "catenate_all", false, WordDelimiterGraphFilter.CATENATE_ALL)
            | flag(parameters, "split_on_case_change", true, WordDelimiterGraphFilter.SPLIT_ON_CASE_CHANGE)
            | flag(parameters, "preserve_original", false, WordDelimiterGraphFilter.PRESERVE_ORIGINAL)
            | flag(parameters, "split_on_numerics", true, WordDelimiterGraphFilter.SPLIT_ON_NUMERICS)
            | flag(parameters, "stem_english_possessive", true, WordDelimiterGraphFilter.STEM_ENGLISH_POSSESSIVE)
            | flag(parameters, "ignore_keywords", false, WordDelimiterGraphFilter.IGNORE_KEYWORDS);
        boolean adjust = parameters.flag("adjust_offsets", true);
        CharArraySet whole = parameters.words("protected_words", false);
        byte[] types = WordDelimiterIterator.DEFAULT_WORD_DELIM_TABLE;
        return stream -> new WordDelimiterGraphFilter(stream, adjust, types, flags, whole);
    }

    private static int flag(Parameters parameters, String name, boolean otherwise, int flag) {
        return parameters.flag(name, otherwise) ? flag : 0;
    }

    private static UnaryOperator<TokenStream> decompounder(Parameters parameters) {
        CharArraySet parts = parameters.words("word_list", false);
        int word = parameters.number("min_word_size", CompoundWordTokenFilterBase.DEFAULT_MIN_WORD_SIZE);
        int least = parameters.number("min_subword_size", CompoundWordTokenFilterBase.DEFAULT_MIN_SUBWORD_SIZE);
        int most = parameters.number("max_subword_size", CompoundWordTokenFilterBase.DEFAULT_MAX_SUBWORD_SIZE);
        boolean longest = parameters.flag("only_longest_match", false);
        return stream -> new DictionaryCompoundWordTokenFilter(stream, parts, word, least, most, longest);
    }
}
