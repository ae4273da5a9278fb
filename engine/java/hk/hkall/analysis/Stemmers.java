package hk.hkall.analysis;

import java.util.function.UnaryOperator;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.de.GermanLightStemFilter;
import org.apache.lucene.analysis.de.GermanMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishMinimalStemFilter;
import org.apache.lucene.analysis.en.EnglishPossessiveFilter;
import org.apache.lucene.analysis.en.KStemFilter;
import org.apache.lucene.analysis.en.PorterStemFilter;
import org.apache.lucene.analysis.fr.FrenchLightStemFilter;
import org.apache.lucene.analysis.fr.FrenchMinimalStemFilter;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.tartarus.snowball.ext.EnglishStemmer;
import org.tartarus.snowball.ext.FrenchStemmer;
import org.tartarus.snowball.ext.GermanStemmer;

/** The values of {@code language} of the filter {@code stemmer}: those of English, German and French. */
final class Stemmers {
    private Stemmers() {}

    /**
     * The filter for the language of {@code parameters} (also spelt {@code name}; default porter).
     *
     * <p>{@code german2} is left out: the official distribution deprecates it, and {@code german} does the same.
     */
    static UnaryOperator<TokenStream> of(Parameters parameters) {
        String language = parameters.word("language", parameters.text("name", "porter"));
        return switch (language) {
            case "english", "porter" -> PorterStemFilter::new;
            case "light_english", "kstem" -> KStemFilter::new;
            case "minimal_english" -> EnglishMinimalStemFilter::new;
            case "possessive_english" -> EnglishPossessiveFilter::new;
            case "porter2" -> stream -> new SnowballFilter(stream, new EnglishStemmer());
            case "german" -> stream -> new SnowballFilter(stream, new GermanStemmer());
            case "light_german" -> GermanLightStemFilter::new;
            case "minimal_german" -> GermanMinimalStemFilter::new;
            case "french" -> stream -> new SnowballFilter(stream, new FrenchStemmer());
            case "light_french" -> FrenchLightStemFilter::new;
            case "minimal_french" -> FrenchMinimalStemFilter::new;
            default -> throw parameters.error("has no stemmer for the language [" + language + "]");
        };
    }
}
