package hk.hkall.analysis;

import java.util.List;
import java.util.function.IntPredicate;

/** The classes of characters that the tokenizers {@code char_group}, {@code ngram} and {@code edge_ngram} name. */
final class CharacterClass {
    private CharacterClass() {}

    /** The class of that name, or null where there is none. */
    static IntPredicate named(String name) {
        return switch (name) {
            case "letter" -> Character::isLetter;
            case "digit" -> Character::isDigit;
            case "whitespace" -> Character::isWhitespace;
            case "punctuation" -> CharacterClass::isPunctuation;
            case "symbol" -> CharacterClass::isSymbol;
            default -> null;
        };
    }

    /** Any of the classes; every character where the list is null or empty. */
    static IntPredicate anyOf(List<String> names, Parameters parameters) {
        if (names == null || names.isEmpty()) {
            return character -> true;
        }
        return names.stream().map(name -> known(name, parameters)).reduce(IntPredicate::or).orElseThrow();
    }

    private static IntPredicate known(String name, Parameters parameters) {
        IntPredicate found = named(name);
        if (found == null) {
            throw parameters.error("does not know the token type [" + name + "]");
        }
        return found;
    }

    private static boolean isPunctuation(int character) {
        return switch (Character.getType(character)) {
            case Character.START_PUNCTUATION, Character.END_PUNCTUATION, Character.OTHER_PUNCTUATION,
                Character.CONNECTOR_PUNCTUATION, Character.DASH_PUNCTUATION, Character.INITIAL_QUOTE_PUNCTUATION,
                Character.FINAL_QUOTE_PUNCTUATION -> true;
            default -> false;
        };
    }

    private static boolean isSymbol(int character) {
        return switch (Character.getType(character)) {
            case Character.CURRENCY_SYMBOL, Character.MATH_SYMBOL, Character.OTHER_SYMBOL,
                Character.MODIFIER_SYMBOL -> true;
            default -> false;
        };
    }
}
