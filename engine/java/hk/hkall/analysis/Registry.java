package hk.hkall.analysis;

import java.io.IOException;
import java.io.Reader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.index.IndexSettings;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingCharFilterFactory;
import org.elasticsearch.index.analysis.NormalizingTokenFilterFactory;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;

/**
 * Collects components by the type name that index definitions use.
 *
 * <p>A component is a line: name, parameters, and how Lucene's own class is built from them. Whether
 * it normalises (takes part in prefix and wildcard queries and in the normalizers of keywords) must
 * be as in the official distribution, or the same index definition finds different records there.
 */
final class Registry {
    final Map<String, AnalysisProvider<CharFilterFactory>> charFilters = new TreeMap<>();
    final Map<String, AnalysisProvider<TokenizerFactory>> tokenizers = new TreeMap<>();
    final Map<String, AnalysisProvider<TokenFilterFactory>> tokenFilters = new TreeMap<>();

    /** Builds what runs on text from the parameters; called once for each use in an index. */
    interface Maker<T> {
        T make(Parameters parameters, IndexSettings index) throws IOException;
    }

    /** A char filter; every one that exists here normalises, as the official ones do. */
    void charFilter(String type, List<String> parameters, Maker<UnaryOperator<Reader>> maker) {
        put(charFilters, "char_filter", type, parameters, (name, filter) -> new NormalizingChars(name, filter), maker);
    }

    void tokenizer(String type, List<String> parameters, Maker<Supplier<Tokenizer>> maker) {
        put(tokenizers, "tokenizer", type, parameters, TokenizerFactory::newFactory, maker);
    }

    /** A token filter that prefix and wildcard queries and normalizers leave out. */
    void tokenFilter(String type, List<String> parameters, Maker<UnaryOperator<TokenStream>> maker) {
        put(tokenFilters, "filter", type, parameters, (name, filter) -> new Plain(name, filter), maker);
    }

    /** A token filter that prefix and wildcard queries and normalizers apply. */
    void normalizing(String type, List<String> parameters, Maker<UnaryOperator<TokenStream>> maker) {
        put(tokenFilters, "filter", type, parameters, (name, filter) -> new Normalizing(name, filter, filter), maker);
    }

    /** As {@link #normalizing}, where normalizing must differ: one token in, one token out. */
    void normalizing(String type, List<String> parameters, Maker<UnaryOperator<TokenStream>> maker,
            UnaryOperator<TokenStream> normalize) {
        put(tokenFilters, "filter", type, parameters, (name, filter) -> new Normalizing(name, filter, normalize), maker);
    }

    private interface Wrapper<T, F> {
        F wrap(String name, T made);
    }

    private static <T, F> void put(Map<String, AnalysisProvider<F>> into, String kind, String type,
            List<String> parameters, Wrapper<T, F> wrapper, Maker<T> maker) {
        AnalysisProvider<F> provider = (IndexSettings index, Environment environment, String name, Settings settings) -> {
            Parameters given = new Parameters(kind + " [" + name + "] of type [" + type + "]", parameters, settings);
            return wrapper.wrap(name, maker.make(given, index));
        };
        boolean usableByName = parameters.stream().noneMatch(Parameters::isRequired);
        into.put(type, usableByName ? provider : AnalysisPlugin.requiresAnalysisSettings(provider));
    }

    private record NormalizingChars(String name, UnaryOperator<Reader> filter) implements NormalizingCharFilterFactory {
        @Override
        public Reader create(Reader reader) {
            return filter.apply(reader);
        }
    }

    private record Plain(String name, UnaryOperator<TokenStream> filter) implements TokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return filter.apply(stream);
        }
    }

    private record Normalizing(String name, UnaryOperator<TokenStream> filter, UnaryOperator<TokenStream> normalizer)
            implements NormalizingTokenFilterFactory {
        @Override
        public TokenStream create(TokenStream stream) {
            return filter.apply(stream);
        }

        @Override
        public TokenStream normalize(TokenStream stream) {
            return normalizer.apply(stream);
        }
    }
}
