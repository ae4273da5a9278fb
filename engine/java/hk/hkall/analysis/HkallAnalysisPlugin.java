package hk.hkall.analysis;

import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.TruncateTokenFilter;
import org.apache.lucene.analysis.ngram.EdgeNGramTokenFilter;
import org.apache.lucene.analysis.util.ElisionFilter;
import org.elasticsearch.index.analysis.CharFilterFactory;
import org.elasticsearch.index.analysis.PreConfiguredTokenFilter;
import org.elasticsearch.index.analysis.TokenFilterFactory;
import org.elasticsearch.index.analysis.TokenizerFactory;
import org.elasticsearch.indices.analysis.AnalysisModule.AnalysisProvider;
import org.elasticsearch.plugins.AnalysisPlugin;
import org.elasticsearch.plugins.Plugin;

/**
 * The analysis components that index definitions may use on this node.
 *
 * <p>Names, parameters and defaults are those of the official distribution and of its plugins
 * analysis-icu, analysis-kuromoji and analysis-nori, so that a definition works unchanged on either.
 */
public final class HkallAnalysisPlugin extends Plugin implements AnalysisPlugin {
    private final Registry registry = new Registry();

    public HkallAnalysisPlugin() {
        CommonCharFilters.register(registry);
        CommonTokenizers.register(registry);
        CommonTokenFilters.register(registry);
        IcuComponents.register(registry);
        KuromojiComponents.register(registry);
        NoriComponents.register(registry);
    }

    @Override
    public Map<String, AnalysisProvider<CharFilterFactory>> getCharFilters() {
        return registry.charFilters;
    }

    @Override
    public Map<String, AnalysisProvider<TokenizerFactory>> getTokenizers() {
        return registry.tokenizers;
    }

    @Override
    public Map<String, AnalysisProvider<TokenFilterFactory>> getTokenFilters() {
        return registry.tokenFilters;
    }

    /**
     * Filters that a bare name means in the official distribution and that differ from the same type
     * with default parameters, or that have no type at all ({@code keyword_repeat}).
     */
    @Override
    public List<PreConfiguredTokenFilter> getPreConfiguredTokenFilters() {
        return List.of(
            PreConfiguredTokenFilter.singleton("elision", true,
                stream -> new ElisionFilter(stream, FrenchAnalyzer.DEFAULT_ARTICLES)),
            PreConfiguredTokenFilter.singleton("edge_ngram", false, false,
                stream -> new EdgeNGramTokenFilter(stream, 1)),
            PreConfiguredTokenFilter.singleton("keyword_repeat", false, false, KeywordRepeatFilter::new),
            PreConfiguredTokenFilter.singleton("truncate", false, stream -> new TruncateTokenFilter(stream, 10)));
    }
}
