package hk.hkall.analysis;

import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.core.KeywordTokenizer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenizer;
import org.apache.lucene.analysis.ngram.NGramTokenizer;
import org.apache.lucene.analysis.pattern.PatternTokenizer;
import org.apache.lucene.analysis.util.CharTokenizer;
import org.apache.lucene.util.AttributeFactory;
import org.elasticsearch.common.regex.Regex;
import org.elasticsearch.index.IndexSettings;

/** Tokenizers of the module analysis-common; {@code standard} is the server's own. */
final class CommonTokenizers {
    private CommonTokenizers() {}

    static void register(Registry registry) {
        registry.tokenizer("keyword", List.of("buffer_size"), (p, index) -> {
            int size = p.number("buffer_size", KeywordTokenizer.DEFAULT_BUFFER_SIZE);
            return () -> new KeywordTokenizer(size);
        });
        registry.tokenizer("whitespace", List.of("max_token_length"), (p, index) -> {
            int longest = p.number("max_token_length", CharTokenizer.DEFAULT_MAX_WORD_LEN);
            return () -> new WhitespaceTokenizer(AttributeFactory.DEFAULT_ATTRIBUTE_FACTORY, longest);
        });
        registry.tokenizer("pattern", List.of("pattern", "flags", "group"), (p, index) -> {
            Pattern pattern = Regex.compile(p.text("pattern", "\\W+"), p.text("flags", null));
            int group = p.number("group", -1);
            return () -> new PatternTokenizer(pattern, group);
        });
        registry.tokenizer("char_group", List.of("tokenize_on_chars", "max_token_length"), (p, index) -> {
            IntPredicate separator = separator(p);
            int longest = p.number("max_token_length", CharTokenizer.DEFAULT_MAX_WORD_LEN);
            return () -> charGroup(separator, longest);
        });
        registry.tokenizer("ngram", List.of("min_gram", "max_gram", "token_chars"), (p, index) -> {
            int min = p.number("min_gram", NGramTokenizer.DEFAULT_MIN_NGRAM_SIZE);
            int max = p.number("max_gram", NGramTokenizer.DEFAULT_MAX_NGRAM_SIZE);
            checkDifference(p, min, max, index);
            IntPredicate wanted = CharacterClass.anyOf(p.list("token_chars"), p);
            return () -> ngrams(min, max, wanted);
        });
        registry.tokenizer("edge_ngram", List.of("min_gram", "max_gram", "token_chars"), (p, index) -> {
            int min = p.number("min_gram", NGramTokenizer.DEFAULT_MIN_NGRAM_SIZE);
            int max = p.number("max_gram", NGramTokenizer.DEFAULT_MAX_NGRAM_SIZE);
            IntPredicate wanted = CharacterClass.anyOf(p.list("token_chars"), p);
            return () -> edgeNgrams(min, max, wanted);
        });
    }

    /** The index setting {@code index.max_ngram_diff} guards against indices that explode. */
    static void checkDifference(Parameters parameters, int min, int max, IndexSettings index) {
        int allowed = index.getMaxNgramDiff();
        if (max - min > allowed) {
            throw parameters.error("may differ in max_gram and min_gram by [" + allowed + "] at most, not by ["
                + (max - min) + "]; the index setting [index.max_ngram_diff] says so");
        }
    }

    private static IntPredicate separator(Parameters parameters) {
        List<String> names = parameters.list("tokenize_on_chars");
        IntPredicate separator = character -> false;
        for (String name : names == null ? List.<String>of() : names) {
            separator = separator.or(separatorNamed(name, parameters));
        }
        return separator;
    }

    private static IntPredicate separatorNamed(String name, Parameters parameters) {
        IntPredicate named = CharacterClass.named(name);
        if (named != null) {
            return named;
        }
        if (name.length() != 1) {
            throw parameters.error("takes single characters or names of classes, not [" + name + "]");
        }
        char separator = name.charAt(0);
        return character -> character == separator;
    }

    private static Tokenizer charGroup(IntPredicate separator, int longest) {
        return new CharTokenizer(AttributeFactory.DEFAULT_ATTRIBUTE_FACTORY, longest) {
            @Override
            protected boolean isTokenChar(int character) {
                return !separator.test(character);
            }
        };
    }

    private static Tokenizer ngrams(int min, int max, IntPredicate wanted) {
        return new NGramTokenizer(min, max) {
            @Override
            protected boolean isTokenChar(int character) {
                return wanted.test(character);
            }
        };
    }

    private static Tokenizer edgeNgrams(int min, int max, IntPredicate wanted) {
        return new EdgeNGramTokenizer(min, max) {
            @Override
            protected boolean isTokenChar(int character) {
                return wanted.test(character);
            }
        };
    }
}
