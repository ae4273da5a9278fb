package hk.hkall.analysis;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.CharArraySet;
import org.elasticsearch.common.settings.Settings;

/**
 * The parameters of one component of an index definition.
 *
 * <p>The official components ignore what they do not know, so a misspelt parameter silently means
 * its default. Here it is an error when the index is created, and so is a parameter that names a
 * file: an index definition must hold all of its data.
 */
final class Parameters {
    private final String component;
    private final Settings settings;

    /**
     * Checks the names first, so that a factory only sees parameters that it declares.
     *
     * @param component what messages call it, for example {@code char_filter [mapping]}
     * @param declared names the component takes; a trailing {@code !} marks one it cannot do without
     * @throws IllegalArgumentException unknown or missing parameter: Elasticsearch answers 400 with it
     */
    Parameters(String component, List<String> declared, Settings settings) {
        this.component = component;
        this.settings = settings;
        Set<String> known = declared.stream().map(Parameters::bare).collect(Collectors.toSet());
        for (String given : settings.keySet()) {
            if (!isOfTheServer(given) && !known.contains(given)) {
                throw refusal(given, known);
            }
        }
        for (String name : declared) {
            if (isRequired(name) && !settings.hasValue(bare(name))) {
                throw error("needs the parameter [" + bare(name) + "]");
            }
        }
    }

    /** A component that is used by its bare name is given the settings of the whole index. */
    private static boolean isOfTheServer(String given) {
        return given.equals("type") || given.startsWith("index.");
    }

    static boolean isRequired(String declared) {
        return declared.endsWith("!");
    }

    private static String bare(String declared) {
        return isRequired(declared) ? declared.substring(0, declared.length() - 1) : declared;
    }

    private IllegalArgumentException refusal(String given, Set<String> known) {
        if (given.endsWith("_path") || given.equals("user_dictionary") || given.equals("rule_files")) {
            return error("cannot read a file: [" + given + "]; give the data in the index definition");
        }
        String names = known.stream().sorted().collect(Collectors.joining(", "));
        return error("does not know the parameter [" + given + "]; it takes " + (names.isEmpty() ? "none" : names));
    }

    /** An error that names the component, for a value that it cannot use. */
    IllegalArgumentException error(String problem) {
        return new IllegalArgumentException(component + " " + problem);
    }

    String text(String name, String otherwise) {
        return settings.get(name, otherwise);
    }

    /** A word of a fixed vocabulary, in lower case. */
    String word(String name, String otherwise) {
        return text(name, otherwise).toLowerCase(Locale.ROOT);
    }

    int number(String name, int otherwise) {
        return settings.getAsInt(name, otherwise);
    }

    boolean flag(String name, boolean otherwise) {
        return settings.getAsBoolean(name, otherwise);
    }

    /** The values of a list, or null where the definition does not have it (an empty list is a value). */
    List<String> list(String name) {
        return settings.getAsList(name, null);
    }

    /** A list as a set of words, or null where the definition does not have it. */
    CharArraySet words(String name, boolean ignoreCase) {
        List<String> list = list(name);
        return list == null ? null : new CharArraySet(list, ignoreCase);
    }

    /** A list of lines as the readers of Lucene's user dictionaries want it, or null. */
    String lines(String name) {
        List<String> list = list(name);
        return list == null || list.isEmpty() ? null : String.join("\n", list) + "\n";
    }
}
